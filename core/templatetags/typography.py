"""French in every template: loaded for all of them by the settings."""

import datetime
from typing import Any

from django import template
from django.template import defaultfilters

from core.dates import with_ordinal

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, format: str | None = None) -> str:
    """Django's filter of the same name, save that French says “1er mars”."""
    text = str(defaultfilters.date(value, format))
    return with_ordinal(text) if isinstance(value, datetime.date) else text
