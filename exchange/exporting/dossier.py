"""What is exported at once: pages, and what to say of them as a whole."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import slugify

from exchange.exporting.records import Record


@dataclass(frozen=True)
class Dossier:
    """Pages under one title; `url` leads to them on the site, `language` is the reader's."""

    title: str
    url: str
    language: str
    site_name: str
    day: datetime.date
    records: Iterable[Record]

    @property
    def file_name(self) -> str:
        """A name that every system takes, such as “retroaction-2026-11-25”."""
        return f"{slugify(self.title)[:60].strip('-') or 'passerelle'}-{self.day.isoformat()}"
