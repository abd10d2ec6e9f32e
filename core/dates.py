"""Days in words: as Django writes them, save that French says “1er mars” and not “1 mars”."""

import datetime
import re
from typing import Any

from django.utils import formats, timezone
from django.utils.dates import MONTHS
from django.utils.translation import get_language, override

with override("fr"):
    _MONTHS = "|".join(str(name) for name in MONTHS.values())
_FIRST_OF_MONTH = re.compile(rf"(?<!\d)1 (?={_MONTHS})")


def with_ordinal(text: str) -> str:
    """`text` with the first day of a month as French says it, when French is spoken."""
    if (get_language() or "").startswith("fr"):
        return _FIRST_OF_MONTH.sub("1er\u00a0", text)
    return text


def date_format(value: datetime.date, format: str | None = None, **options: Any) -> str:
    """As Django's function of the same name; all Python code of the rooms calls this one."""
    text = formats.date_format(value, format, **options)  # noqa: TID251
    return with_ordinal(str(text))


def day_of(moment: datetime.datetime) -> datetime.date:
    """The day of `moment` where the site is, whatever time zone a person reads the admin in."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def day_if_any(moment: datetime.datetime | None) -> datetime.date | None:
    """The same, where there is a moment."""
    return day_of(moment) if moment else None
