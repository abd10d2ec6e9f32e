"""French in every template: loaded for all of them by the settings."""

import datetime
import re
from typing import Any

from django import template
from django.template import defaultfilters
from django.template.defaultfilters import stringfilter
from django.utils.translation import get_language

from core.dates import with_ordinal

register = template.Library()

_BEFORE_SIGN = re.compile(r"[ \u00a0](?=[;?!»])")
_INSIDE_QUOTES = re.compile(r"(?<=«)[ \u00a0]")
# Figures and their units: “59 %”, “40 $”, “1 900”; neither a year and a number nor a telephone.
_BEFORE_UNIT = re.compile(r"(?<=\d) (?=[%$€])")
_THOUSANDS = re.compile(r"(?<![\w.,-])\d{1,3}(?: \d{3})+(?![\w-]| \d)")
_BEFORE_COLON = re.compile(r" (?=:(?:\s|$))")


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, format: str | None = None) -> str:
    """Django's filter of the same name, save that French says “1er mars”."""
    text = str(defaultfilters.date(value, format))
    return with_ordinal(text) if isinstance(value, datetime.date) else text


@register.filter(is_safe=True)
@stringfilter
def typeset(text: str) -> str:
    """What people typed, with the unbreakable spaces of French where French is read.

    Each takes the place of one space: what stands where in the text does not change.
    """
    if not (get_language() or "").startswith("fr"):
        return text
    text = _INSIDE_QUOTES.sub("\u202f", _BEFORE_SIGN.sub("\u202f", text))
    text = _THOUSANDS.sub(lambda found: found[0].replace(" ", "\u00a0"), text)
    return _BEFORE_COLON.sub("\u00a0", _BEFORE_UNIT.sub("\u00a0", text))
