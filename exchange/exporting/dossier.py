"""What is exported at once: pages, and what to say of them as a whole."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

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
