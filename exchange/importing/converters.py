"""From the texts of a source to the values of a page's fields."""

import datetime
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.markdown import html_to_rich_text, markdown_to_rich_text
from core.text import plain_text
from exchange.importing.errors import ValueProblem
from exchange.importing.mapping import FieldRule
from exchange.importing.sources import REPLACEMENT, Row
from taxonomy.models import Term


@dataclass(frozen=True)
class Terms:
    """The terms of a vocabulary, found by slug or by label in either language."""

    by_name: Mapping[str, Term]

    @classmethod
    def load(cls, vocabulary: str) -> "Terms":
        """All active terms of `vocabulary`, in one query."""
        found: dict[str, Term] = {}
        for term in Term.objects.of(vocabulary).active():
            for name in (term.label_fr, term.label_en, term.slug):
                found[name.strip().casefold()] = term
        return cls(found)

    def get(self, name: str) -> Term | None:
        """The term called `name`, or None."""
        return self.by_name.get(name.strip().casefold())


@dataclass
class Converted:
    """What one rule made of one row: a value for its field, and tags from terms not listed."""

    value: Any = None
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Context:
    """What converters may look up."""

    terms: Mapping[str, Terms]
    empty: frozenset[str]


def raw_value(rule: FieldRule, row: Row, empty: frozenset[str]) -> Any:
    """The source's own value for this rule: the first of its columns or sections that has one."""
    texts = [row.values.get(column) for column in rule.columns]
    texts += [row.sections.get(section) for section in rule.sections]
    filled = [value for value in texts if not _is_empty(value, empty)]
    if not filled:
        return rule.value if rule.value is not None else rule.default
    if rule.join is not None and len(filled) > 1:
        return rule.join.join(str(value).strip() for value in filled)
    return filled[0]


def convert(rule: FieldRule, row: Row, context: Context) -> Converted:
    """The value of one field for one row.

    Raises `ValueProblem` that says why, when the source's value cannot be understood.
    """
    value = raw_value(rule, row, context.empty)
    if _is_empty(value, context.empty):
        return Converted()
    if rule.table and rule.convert not in {"term", "list", "tags"}:
        value = _from_table(rule, str(value).strip())
    return _CONVERTERS[rule.convert](value, rule, context)


_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def _is_empty(value: Any, empty: frozenset[str]) -> bool:
    if isinstance(value, bool):
        return False
    return not value or str(value).strip() in empty or not str(value).strip()


def _from_table(rule: FieldRule, value: str) -> Any:
    if value in rule.table:
        return rule.table[value]
    if rule.unlisted == "keep":
        return value
    if rule.unlisted == "skip":
        return ""
    raise ValueProblem(
        _("“%(value)s” is not in the table of values. Listed: %(known)s.")
        % {"value": value, "known": ", ".join(str(k) for k in rule.table)}
    )


def _text(value: Any, rule: FieldRule, context: Context) -> Converted:
    return Converted(_truncated(_plain(value), rule.truncate))


def _truncated(text: str, limit: int | None) -> str:
    """`text` cut at a word, in at most `limit` characters."""
    if not limit or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _space, _tail = cut.rpartition(" ")
    return (head or cut).rstrip(" ,;:.") + "…"


def _html(value: Any, rule: FieldRule, context: Context) -> Converted:
    text = str(value).replace(REPLACEMENT, " ")
    if not _PARAGRAPH.search(text):
        text = "".join(f"<p>{part}</p>" for part in _BLANK_LINE.split(text))
    return Converted(html_to_rich_text(text))


def _plain(value: Any) -> str:
    """The words of a value on one line, without tags and without unreadable characters."""
    return plain_text(html_to_rich_text(str(value).replace(REPLACEMENT, " ")))


def _markdown(value: Any, rule: FieldRule, context: Context) -> Converted:
    return Converted(markdown_to_rich_text(str(value).replace(REPLACEMENT, " ")))


def _date(value: Any, rule: FieldRule, context: Context) -> Converted:
    if isinstance(value, datetime.datetime):
        return Converted(value.date())
    if isinstance(value, datetime.date):
        return Converted(value)
    text = str(value).strip()
    try:
        return Converted(datetime.datetime.strptime(text, rule.format).date())
    except ValueError:
        try:
            if (date := parse_date(text)) is not None:
                return Converted(date)
        except ValueError:
            pass
    raise ValueProblem(
        _("“%(value)s” is not a date. Expected the form %(format)s, or 2026-11-24.")
        % {"value": text[:60], "format": rule.format}
    )


def _boolean(value: Any, rule: FieldRule, context: Context) -> Converted:
    if isinstance(value, bool):
        return Converted(value)
    text = str(value).strip().casefold()
    if text in {"1", "true", "yes", "oui", "vrai", "x"}:
        return Converted(True)
    if text in {"0", "false", "no", "non", "faux"}:
        return Converted(False)
    raise ValueProblem(_("“%(value)s” is neither yes nor no.") % {"value": str(value)[:60]})


def _items(value: Any, rule: FieldRule, context: Context) -> list[str]:
    items = value if isinstance(value, list) else str(value).split(rule.separator)
    texts = (_plain(item) for item in items)
    return list(dict.fromkeys(text for text in texts if not _is_empty(text, context.empty)))


def _list(value: Any, rule: FieldRule, context: Context) -> Converted:
    items = [
        _from_table(rule, item) if rule.table else item for item in _items(value, rule, context)
    ]
    return Converted([item for item in items if item])


def _tags(value: Any, rule: FieldRule, context: Context) -> Converted:
    return Converted(tags=_list(value, rule, context).value)


def _term(value: Any, rule: FieldRule, context: Context) -> Converted:
    """Terms by slug or label; one that is not listed is kept as a tag, skipped, or an error."""
    terms = context.terms[rule.vocabulary]
    converted = Converted(value=[])
    for item in _items(value, rule, context):
        name = str(rule.table.get(item, item))
        term = terms.get(name)
        if term is not None:
            if term not in converted.value:
                converted.value.append(term)
        elif rule.unlisted == "tag":
            converted.tags.append(item)
        elif rule.unlisted != "skip":
            raise ValueProblem(
                _("No term “%(value)s” in the vocabulary “%(vocabulary)s”. Known: %(known)s.")
                % {
                    "value": name[:60],
                    "vocabulary": rule.vocabulary,
                    "known": ", ".join(sorted({t.slug for t in terms.by_name.values()})[:30]),
                }
            )
    return converted


# Block identifiers follow from the content, so that a second import finds nothing changed.
_BLOCK_NAMESPACE = uuid.UUID("6f0e4c53-52b3-4f3e-9d4e-3b0f6f7a5c11")


def _steps(value: Any, rule: FieldRule, context: Context) -> Converted:
    """Markdown as building blocks: one a heading of the third level, the prose as its steps."""
    blocks = []
    for title, text in _parts(str(value).replace(REPLACEMENT, " ")):
        steps = markdown_to_rich_text(text)
        if not steps:
            continue
        content = {
            "title": title[:150],
            "aim": "",
            "steps": [steps],
            "enabling_factors": "",
        }
        identifier = uuid.uuid5(_BLOCK_NAMESPACE, json.dumps(content, sort_keys=True))
        blocks.append(
            {
                "type": "building_block",
                "id": str(identifier),
                "value": {
                    **content,
                    "steps": [
                        {
                            "type": "item",
                            "value": steps,
                            "id": str(uuid.uuid5(identifier, steps)),
                        }
                    ],
                },
            }
        )
    return Converted(json.dumps(blocks))


def _parts(markdown: str) -> list[tuple[str, str]]:
    parts: list[tuple[str, list[str]]] = [(_("Steps"), [])]
    for line in markdown.splitlines():
        if line.startswith("### "):
            parts.append((line.removeprefix("### ").strip(" #*"), []))
        else:
            parts[-1][1].append(line)
    return [(title, "\n".join(lines)) for title, lines in parts]


_CONVERTERS: Mapping[str, Callable[[Any, FieldRule, Context], Converted]] = {
    "text": _text,
    "html": _html,
    "markdown": _markdown,
    "date": _date,
    "boolean": _boolean,
    "list": _list,
    "tags": _tags,
    "term": _term,
    "steps": _steps,
}


def slug_for(title: str, external_id: str) -> str:
    """An address for an imported page that another import of the same row finds again."""
    suffix = slugify(external_id)[:40]
    stem = slugify(title)[: 200 - len(suffix)].strip("-")
    return f"{stem}-{suffix}".strip("-") if stem != suffix else stem
