"""From the texts of a source to the values of a page's fields."""

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.fields import StreamField

from core.markdown import html_to_rich_text, markdown_to_rich_text
from core.text import plain_text
from exchange.importing.errors import ValueProblem
from exchange.importing.mapping import FieldRule
from exchange.importing.records import REPLACEMENT, Row
from exchange.importing.streams import blocks_from
from taxonomy.models import Term


@dataclass(frozen=True)
class Terms:
    """The terms of a vocabulary, found by slug or by label in either language."""

    vocabulary: str
    by_name: Mapping[str, Term]

    @classmethod
    def load(cls, vocabulary: str) -> "Terms":
        """All active terms of `vocabulary`, in one query."""
        found: dict[str, Term] = {}
        for term in Term.objects.of(vocabulary).active():
            for name in (term.label_fr, term.label_en):
                found.setdefault(name.strip().casefold(), term)
        # The label of one term may be the identifier of another, which is the surer name.
        found |= {term.slug: term for term in list(found.values())}
        return cls(vocabulary, found)

    def get(self, name: str) -> Term:
        """The term called `name`. Raises `ValueProblem` when there is none."""
        term = self.by_name.get(name.strip().casefold())
        if term is None:
            raise ValueProblem(
                _("No term “%(value)s” in the vocabulary “%(vocabulary)s”. Known: %(known)s.")
                % {
                    "value": name[:60],
                    "vocabulary": self.vocabulary,
                    "known": ", ".join(sorted({term.slug for term in self.by_name.values()})[:30]),
                }
            )
        return term


@dataclass
class Converted:
    """What one rule made of one row: a value for its field, and tags from terms not listed."""

    value: Any = None
    tags: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Target:
    """What a converter must know of the field that it fills."""

    rule: FieldRule
    empty: frozenset[str]
    terms: Terms | None = None
    stream: StreamField | None = None


def convert(target: Target, row: Row, language: str = "fr") -> Converted:
    """The value of one field for one row, whose page is in `language`.

    Raises `ValueProblem` that says why, when the source's value cannot be understood.
    """
    rule = target.rule
    value = raw_value(rule, row, target.empty)
    if _is_empty(value, target.empty):
        return Converted()
    if rule.table and rule.convert not in _LISTS:
        value = ", ".join(_from_table(rule, str(value).strip()))
        if not value:
            return Converted()
    if rule.convert == "blocks":
        return _blocks(value, target, language)
    return _CONVERTERS[rule.convert](value, target)


def raw_value(rule: FieldRule, row: Row, empty: frozenset[str]) -> Any:
    """The source's own value for this rule: the first of its columns or sections that has one.

    Raises `ValueProblem` for values that are tables or lists of lists.
    """
    values = [row.values.get(column) for column in rule.columns]
    values += [row.sections.get(section) for section in rule.sections]
    filled = [_simple(value, rule) for value in values if not _is_empty(value, empty)]
    if not filled:
        return rule.value if rule.value is not None else rule.default
    if rule.join is not None and len(filled) > 1:
        return rule.join.join(str(value).strip() for value in filled)
    return filled[0]


def _is_empty(value: Any, empty: frozenset[str]) -> bool:
    if value is None or isinstance(value, (list, dict)):
        return not value
    text = str(value).strip()
    return not text or text in empty


def _simple(value: Any, rule: FieldRule) -> Any:
    """A value with the replacements of its rule; a list is one text for who wants one text."""
    if isinstance(value, list) and all(not isinstance(item, (list, dict)) for item in value):
        items = [_replaced("" if item is None else str(item), rule) for item in value]
        return items if rule.convert in _LISTS else ", ".join(filter(None, items))
    if isinstance(value, (list, dict)):
        raise ValueProblem(_("A text or a list of texts is expected here, not a table."))
    return _replaced(value, rule) if isinstance(value, str) else value


def _replaced(text: str, rule: FieldRule) -> str:
    for old, new in rule.replace.items():
        text = text.replace(old, new)
    return text


def _from_table(rule: FieldRule, value: str) -> tuple[str, ...]:
    if value in rule.table:
        return rule.table[value]
    if rule.unlisted == "keep":
        return (value,)
    if rule.unlisted == "skip":
        return ()
    raise ValueProblem(
        _("“%(value)s” is not in the table of values. Listed: %(known)s.")
        % {"value": value[:60], "known": ", ".join(list(rule.table)[:30])}
    )


# Texts


def _text(value: Any, target: Target) -> Converted:
    return Converted(_truncated(_plain(value), target.rule.truncate))


def _truncated(text: str, limit: int | None) -> str:
    """`text` cut at a word, in at most `limit` characters."""
    if not limit or len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, _space, _tail = cut.rpartition(" ")
    return (head or cut).rstrip(" ,;:.") + "…"


def _plain(value: Any) -> str:
    """The words of a value on one line, without tags and without unreadable characters."""
    return plain_text(html_to_rich_text(_readable(value)))


def _readable(value: Any) -> str:
    return str(value).replace(REPLACEMENT, " ")


# Rich texts

_PARAGRAPH = re.compile(r"<p\b", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
_BULLET = re.compile(r"(?:•|&bull;|&#8226;)\s*")


def _paragraphs(value: Any, target: Target) -> Converted:
    """Plain text: a blank line starts a paragraph, a line break stays one."""
    parts = (part.strip() for part in _BLANK_LINE.split(_readable(value).replace("\r\n", "\n")))
    html = "".join(f"<p>{escape(part).replace(chr(10), '<br/>')}</p>" for part in parts if part)
    return Converted(html_to_rich_text(html))


def _html(value: Any, target: Target) -> Converted:
    text = _readable(value)
    if target.rule.lines == "paragraphs":
        text = _lines_as_paragraphs(text)
    elif not _PARAGRAPH.search(text):
        text = "".join(f"<p>{part}</p>" for part in _BLANK_LINE.split(text))
    return Converted(html_to_rich_text(text, base_url=target.rule.base_url))


def _lines_as_paragraphs(html: str) -> str:
    """Each line a paragraph, and lines that start with a bullet a list."""
    written: list[str] = []
    in_list = False
    for line in filter(None, (line.strip() for line in html.splitlines())):
        bullet = _BULLET.match(line)
        if bool(bullet) != in_list:
            written.append("</ul>" if in_list else "<ul>")
            in_list = not in_list
        written.append(f"<li>{line[bullet.end() :]}</li>" if bullet else f"<p>{line}</p>")
    return "".join(written) + ("</ul>" if in_list else "")


def _markdown(value: Any, target: Target) -> Converted:
    return Converted(markdown_to_rich_text(_readable(value), base_url=target.rule.base_url))


def _blocks(value: Any, target: Target, language: str) -> Converted:
    assert target.stream is not None, "the fields of a mapping are checked before any row"
    markdown, base_url = _readable(value), target.rule.base_url
    return Converted(blocks_from(markdown, target.stream, language=language, base_url=base_url))


# Dates and yes or no


def _date(value: Any, target: Target) -> Converted:
    if isinstance(value, datetime.datetime):
        return Converted(value.date())
    if isinstance(value, datetime.date):
        return Converted(value)
    text = str(value).strip()
    for form in target.rule.formats:
        try:
            return Converted(datetime.datetime.strptime(text, form).date())
        except ValueError:
            continue
    try:
        # A day, or a day and an hour, as ISO 8601 writes them.
        if (date := parse_date(re.split(r"[T ]", text, maxsplit=1)[0])) is not None:
            return Converted(date)
    except ValueError:
        pass
    raise ValueProblem(
        _("“%(value)s” is not a date. Expected the form %(format)s, or 2026-11-24.")
        % {"value": text[:60], "format": ", ".join(target.rule.formats)}
    )


def _boolean(value: Any, target: Target) -> Converted:
    text = str(value).strip().casefold()
    if text in {"1", "true", "yes", "oui", "vrai", "x"}:
        return Converted(True)
    if text in {"0", "false", "no", "non", "faux"}:
        return Converted(False)
    raise ValueProblem(_("“%(value)s” is neither yes nor no.") % {"value": str(value)[:60]})


# Several values


def _items(value: Any, target: Target) -> list[str]:
    """The values of a list, or of a text with separators, without tags and without doubles."""
    items = value if isinstance(value, list) else str(value).split(target.rule.separator)
    texts = (_plain(item) for item in items)
    return list(dict.fromkeys(text for text in texts if not _is_empty(text, target.empty)))


def _listed(value: Any, target: Target) -> list[str]:
    """`_items`, as the table of values has them."""
    items = _items(value, target)
    if target.rule.table:
        items = [new for item in items for new in _from_table(target.rule, item) if new]
    return list(dict.fromkeys(items))


def _list(value: Any, target: Target) -> Converted:
    joined = (target.rule.join or ", ").join(_listed(value, target))
    return Converted(_truncated(joined, target.rule.truncate))


def _tags(value: Any, target: Target) -> Converted:
    return Converted(tags=_listed(value, target))


def _people(value: Any, target: Target) -> Converted:
    return Converted(_listed(value, target))


def _term(value: Any, target: Target) -> Converted:
    """Terms by slug or label; one that is not listed is kept as a tag, skipped, or an error."""
    assert target.terms is not None, "the fields of a mapping are checked before any row"
    converted = Converted(value=[])
    for item in _items(value, target):
        try:
            found = [target.terms.get(name) for name in target.rule.table.get(item, (item,))]
        except ValueProblem:
            if item in target.rule.table or target.rule.unlisted in {"keep", "error"}:
                raise
            if target.rule.unlisted == "tag":
                converted.tags.append(item)
            continue
        converted.value += [term for term in found if term not in converted.value]
    return converted


# What takes a list apart, rather than seeing one text.
_LISTS = {"list", "tags", "term", "people"}
_CONVERTERS: Mapping[str, Callable[[Any, Target], Converted]] = {
    "text": _text,
    "list": _list,
    "paragraphs": _paragraphs,
    "html": _html,
    "markdown": _markdown,
    "date": _date,
    "boolean": _boolean,
    "term": _term,
    "tags": _tags,
    "people": _people,
}


def slug_for(title: str, external_id: str) -> str:
    """An address for an imported page: the words of its title, then its identifier."""
    suffix = slugify(external_id)[:40].strip("-")
    stem = slugify(title)[: 200 - len(suffix)].strip("-")
    return f"{stem}-{suffix}".strip("-") if stem != suffix else stem
