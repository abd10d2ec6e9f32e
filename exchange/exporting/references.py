"""Pages as references: for Zotero, EndNote, LaTeX and whatever reads RIS, BibTeX or CSL-JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any

from exchange.exporting.dossier import Dossier
from exchange.exporting.records import Record
from practices.citation import Author

_BIBTEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
}
_SPACES = re.compile(r"\s+")
# What BibTeX takes for the end of a part of a name.
_SEPARATOR = re.compile(r",|\band\b", re.IGNORECASE)


def write_ris(dossier: Dossier) -> Iterator[bytes]:
    """RIS: each page a report of its organization."""
    for record in dossier.records:
        reference = record.reference
        lines = [("TY", "RPRT"), ("ID", str(record.page.persistent_id)), ("TI", record.title)]
        lines += [("AU", _in_order(author)) for author in reference.credited]
        lines += [("PB", name) for name in reference.publishers]
        if day := reference.dated:
            lines += [("PY", str(day.year)), ("DA", f"{day:%Y/%m/%d}")]
        lines += [("M3", reference.kind), ("AB", record.summary)]
        lines += [("KW", word) for word in record.keywords]
        lines += [("LA", reference.language), ("UR", reference.url), ("N1", reference.licence)]
        lines.append(("ER", ""))
        yield "".join(f"{tag}  - {_one_line(text)}\r\n" for tag, text in lines).encode() + b"\r\n"


def write_bibtex(dossier: Dossier) -> Iterator[bytes]:
    """BibTeX in UTF-8: each page a technical report of its organization."""
    for record in dossier.records:
        reference, day = record.reference, record.reference.dated
        fields = {
            "title": f"{{{_bibtex(record.title)}}}",
            "author": " and ".join(_bibtex_name(author) for author in reference.credited),
            "institution": "; ".join(_bibtex(name) for name in reference.publishers),
            "type": _bibtex(reference.kind),
            "year": str(day.year) if day else "",
            "month": str(day.month) if day else "",
            "abstract": _bibtex(record.summary),
            "keywords": ", ".join(_bibtex(word) for word in record.keywords),
            "language": reference.language,
            "url": reference.url,
            "note": _bibtex(reference.licence),
        }
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        yield f"@techreport{{{record.page.persistent_id},\n{lines}\n}}\n\n".encode()


def write_csl(dossier: Dossier) -> Iterator[bytes]:
    """CSL-JSON, as citation processors take it."""
    yield from json_list((_csl(record) for record in dossier.records), "[", "]")


def json_list(items: Iterator[dict[str, Any]], opening: str, closing: str) -> Iterator[bytes]:
    """A list of objects as JSON, one after the other."""
    separator = f"{opening}\n"
    for item in items:
        yield (separator + json.dumps(item, ensure_ascii=False)).encode()
        separator = ",\n"
    yield (f"\n{closing}\n" if separator == ",\n" else f"{separator}{closing}\n").encode()


def _csl(record: Record) -> dict[str, Any]:
    reference = record.reference
    item: dict[str, Any] = {
        "id": str(record.page.persistent_id),
        "type": "report",
        "genre": reference.kind,
        "title": record.title,
        "author": [_csl_name(author) for author in reference.credited],
        "publisher": "; ".join(reference.publishers),
        "abstract": record.summary,
        "keyword": ", ".join(record.keywords),
        "language": reference.language,
        "URL": reference.url,
        "note": reference.licence,
    }
    if day := reference.dated:
        item["issued"] = {"date-parts": [[day.year, day.month, day.day]]}
    return item


def _in_order(author: Author) -> str:
    """“Roy, Ada”: the family name first, where it is known."""
    return f"{author.family}, {author.given}" if author.given else author.family


def _bibtex_name(author: Author) -> str:
    # The braces keep a name whole, whatever words it has.
    family, given = f"{{{_bibtex(author.family)}}}", _bibtex(author.given)
    if _SEPARATOR.search(given):
        given = f"{{{given}}}"
    return f"{family}, {given}" if given else family


def _csl_name(author: Author) -> dict[str, str]:
    if not author.given:
        return {"literal": author.family}
    return {"family": author.family, "given": author.given}


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()


def _bibtex(text: str) -> str:
    return "".join(_BIBTEX.get(sign, sign) for sign in _one_line(text))
