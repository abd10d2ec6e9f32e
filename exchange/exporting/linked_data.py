"""Pages as linked data, in the words of schema.org."""

import json
from collections.abc import Iterator
from typing import Any

from core.linked_data import CONTEXT
from core.text import plain_text
from exchange.exporting.dossier import Dossier
from exchange.exporting.records import Record
from exchange.exporting.references import json_list
from practices.linked_data import node_of


def write_json_ld(dossier: Dossier) -> Iterator[bytes]:
    """One graph of all the pages."""
    opening = f'{{"@context": {json.dumps(CONTEXT)}, "@graph": ['
    yield from json_list((_node(record) for record in dossier.records), opening, "]}")


def _node(record: Record) -> dict[str, Any]:
    """What the page says of itself, and its text, which is not around it here."""
    parts = (f"{section.title}\n{plain_text(section.html)}" for section in record.sections)
    node = node_of(record.text, reference=record.reference, address=record.url)
    return node | {"text": "\n\n".join(parts)}
