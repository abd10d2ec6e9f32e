"""Pages as one text in Markdown."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from markdownify import ATX, MarkdownConverter

from core.dates import date_format
from core.text import paragraphs
from exchange.exporting.dossier import Dossier
from exchange.exporting.facts import facts_of
from exchange.exporting.records import Record

# What would be read as mark-up, where a line of plain text begins or anywhere in it.
_MARKS = re.compile(r"([\\`*_\[\]<>#|~&]|^[-+=])")
_BREAKS = re.compile(r"[ \t\r\n]+")
_NUMBER = re.compile(r"^(\d+)([.)])")


def write_markdown(dossier: Dossier) -> Iterator[bytes]:
    """Markdown (CommonMark): a heading for each page, its facts as a list, then its parts."""
    words = {"site": dossier.site_name, "day": date_format(dossier.day, "DATE_FORMAT")}
    source = _("From %(site)s, %(day)s:") % words
    yield f"# {_plain(dossier.title)}\n\n{_plain(source)} <{dossier.url}>\n".encode()
    for record in dossier.records:
        yield _page(record).encode()


def _page(record: Record) -> str:
    parts = [
        f"\n## {_plain(record.title)}",
        f"*{_plain(record.reference.kind)}*",
        _plain(record.summary),
    ]
    facts = [
        "- "
        + _("%(label)s: %(value)s")
        % {"label": f"**{_plain(fact.label)}**", "value": _plain(fact.text)}
        for fact in facts_of(record)
    ]
    parts.append("\n".join([*facts, f"- <{record.reference.url}>"]))
    for section in record.sections:
        parts.append(f"### {_plain(section.title)}")
        parts.append(_markdown(section.html))
    return "\n\n".join(parts) + "\n"


def _markdown(html: str) -> str:
    try:
        return str(_converter.convert(html)).strip()
    except RecursionError:
        # Hundreds of marks in marks: the words alone, and all other texts as usual.
        return "\n\n".join(_plain(line) for line in paragraphs(html))


class _Converter(MarkdownConverter):
    """Rich text below the headings of a page and of its parts."""

    def convert_h3(self, el: object, text: str, parent_tags: set[str]) -> str:
        return f"\n\n#### {text}\n\n"

    convert_h4 = convert_h3


_converter = _Converter(heading_style=ATX, escape_misc=True)


def _plain(text: str) -> str:
    line = " ".join(filter(None, _BREAKS.split(text)))  # unbreakable spaces stay
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\1", line))
