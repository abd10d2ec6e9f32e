"""The values of facets as HTML.

A page shows hundreds of them, most behind “more”. Were each an included template, they would take
two thirds of the time of the whole page.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django import template
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from search.facets import FacetChoice

register = template.Library()

VALUE = """\
<li>
<label class="check">
<input type="checkbox" id="{id}" name="{facet}" value="{value}"{checked}>
<span>{label}</span>
<span class="check__count"><span class="visually-hidden">, </span>{count}</span>
</label>
{narrower}</li>
"""
COUNT = '{number}<span class="visually-hidden"> {noun}</span>'
NARROWER = """\
<details id="under-{id}"{open}>
<summary>{summary}<span class="visually-hidden"> – {label}</span></summary>
<ul>{values}</ul>
</details>
"""


@register.simple_tag
def facet_values(facet: str, choices: Iterable[FacetChoice]) -> SafeString:
    """`{% facet_values facet.name facet.shown %}`: items of a list, each a box to tick."""
    return SafeString(_items(escape(facet), choices, get_language() or "", _("More precisely")))


def _items(facet: str, choices: Iterable[FacetChoice], language: str, summary: str) -> str:
    items = []
    for choice in choices:
        id, label = escape(choice.id), escape(choice.label)
        narrower = ""
        if choice.children:
            narrower = NARROWER.format(
                id=id,
                label=label,
                open=" open" if choice.is_open else "",
                summary=summary,
                values=_items(facet, choice.children, language, summary),
            )
        items.append(
            VALUE.format(
                id=id,
                facet=facet,
                value=escape(choice.value),
                checked=" checked" if choice.selected else "",
                label=label,
                count=_count(choice.count, language),
                narrower=narrower,
            )
        )
    return "".join(items)


@lru_cache(maxsize=10_000)
def _count(count: int, language: str) -> str:
    """“1,234 results” in the language of the reader, which `language` names."""
    number = number_format(count, force_grouping=True)
    return COUNT.format(number=number, noun=ngettext("result", "results", count))
