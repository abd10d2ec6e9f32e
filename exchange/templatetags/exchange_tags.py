"""From a search to the addresses where all its results can be taken along or followed."""

from django import template
from django.urls import reverse

from search.params import SearchParams

register = template.Library()


@register.filter
def address_at(params: SearchParams, view_name: str) -> str:
    """`{{ view.params|address_at:"exchange:feed" }}`: the same search, from its first page."""
    return params.with_page(1).url(reverse(view_name))
