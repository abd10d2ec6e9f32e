"""The mapping file: which column of a source fills which field of a page, and how.

docs/import.md describes the format for the person who writes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.utils.translation import gettext as _

from exchange.importing.errors import ImportSetupError

PAGE_TYPES = ("practice-sheet", "case-study", "lesson")
CONVERSIONS = (
    "text", "list", "paragraphs", "html", "markdown", "blocks", "date", "boolean", "term", "tags",
    "people",
)  # fmt: skip
UNLISTED = ("keep", "skip", "error", "tag")
LINES = ("join", "paragraphs")
# What `organization.known` may say of an organization that the import creates.
ORGANIZATION_DATA = (
    "slug", "name_fr", "name_en", "acronym", "kind", "territory", "ror", "description_fr",
    "description_en", "contact_email", "website",
)  # fmt: skip

Scalar = str | int | float | bool


@dataclass(frozen=True)
class FieldRule:
    """How one field of a page is filled.

    The value comes from the first of `columns` that is not empty (all of them joined where `join`
    is given), from the Markdown `sections` of these headings, or is the constant `value`.
    """

    name: str
    columns: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    value: Any = None
    default: Any = None
    join: str | None = None
    convert: str = "text"
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    separator: str = ","
    table: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    replace: Mapping[str, str] = field(default_factory=dict)
    unlisted: str = "keep"
    truncate: int | None = None
    lines: str = "join"
    base_url: str = ""


@dataclass(frozen=True)
class OrganizationRule:
    """Which organization a row belongs to; one that does not exist is made where `create` says so.

    `known` gives, by the value of the column, the organization's own data (slug, names, kind).
    """

    column: str = ""
    value: str = ""
    create: bool = False
    known: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class LanguageRule:
    """The language of a row: what `table` makes of its column, or `default`."""

    column: str = ""
    default: str = "fr"
    table: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadingOptions:
    """How the files of a source are to be read.

    `encoding` is a Python codec name, or None to detect it. `stray_bytes` says what a byte that
    the encoding does not know stands for, `replace` what a text stands for wherever it occurs.
    """

    encoding: str | None = None
    stray_bytes: Mapping[int, str] = field(default_factory=dict)
    replace: Mapping[str, str] = field(default_factory=dict)
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class ImportMapping:
    """A whole mapping file, checked."""

    source: str
    type: str
    external_id: str
    fields: Mapping[str, FieldRule]
    organization: OrganizationRule = field(default_factory=OrganizationRule)
    language: LanguageRule = field(default_factory=LanguageRule)
    reading: ReadingOptions = field(default_factory=ReadingOptions)
    empty: frozenset[str] = frozenset()


def load_mapping(path: Path) -> ImportMapping:
    """Read and check a mapping file. Raises `ImportSetupError` that names what to mend."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ImportSetupError(
            _("The mapping “%(path)s” cannot be read: %(error)s")
            % {"path": path, "error": error.strerror}
        ) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ImportSetupError(
            _("The mapping “%(path)s” is not YAML: %(error)s") % {"path": path, "error": error}
        ) from error
    return parse_mapping(data)


def parse_mapping(data: object) -> ImportMapping:
    """Check the content of a mapping file. Raises `ImportSetupError` that names what to mend."""
    top = _Table(
        data,
        "",
        known=("source", "type", "language", "encoding", "stray_bytes", "replace", "delimiter",
               "sheet", "empty", "external_id", "organization", "fields"),
    )  # fmt: skip
    for key in ("source", "external_id", "fields"):
        if not top.data.get(key):
            raise ImportSetupError(_("The mapping lacks “%(key)s”.") % {"key": key})
    source = top.text("source")
    if len(source) > 100:
        raise top.wrong("source", _("at most 100 characters"))
    rules = {
        name: _field_rule(name, rule) for name, rule in _Table(top.data["fields"], "fields").items()
    }
    if "title" not in rules:
        raise ImportSetupError(_("The mapping's “fields” lack “title”: a page needs one."))
    return ImportMapping(
        source=source,
        type=top.choice("type", PAGE_TYPES, ""),
        external_id=top.text("external_id"),
        fields=rules,
        organization=_organization_rule(top.data.get("organization", {})),
        language=_language_rule(top.data.get("language", settings.LANGUAGE_CODE)),
        reading=_reading_options(top),
        empty=frozenset(text.strip() for text in top.texts("empty")),
    )


def _reading_options(top: "_Table") -> ReadingOptions:
    encoding = top.text("encoding") or None
    if encoding is not None:
        try:
            "".encode(encoding)
        except LookupError:
            raise top.wrong("encoding", "utf-8, cp1252, mac_roman…") from None
    strays = {}
    for byte, text in top.table("stray_bytes").items():
        # YAML reads 0x96 as a number; between quotes it stays a text.
        try:
            strays[int(byte, 0)] = text
        except ValueError:
            raise top.wrong("stray_bytes", _("bytes, such as 0x92")) from None
    delimiter = top.text("delimiter") or None
    if delimiter is not None and len(delimiter) != 1:
        raise top.wrong("delimiter", _("one character"))
    return ReadingOptions(
        encoding=encoding,
        stray_bytes=strays,
        replace=top.table("replace"),
        delimiter=delimiter,
        sheet=top.text("sheet") or None,
    )


def _language_rule(data: object) -> LanguageRule:
    if isinstance(data, str):
        data = {"default": data}
    rule = _Table(data, "language", known=("column", "default", "table"))
    languages = tuple(code for code, _name in settings.LANGUAGES)
    return LanguageRule(
        column=rule.text("column"),
        default=rule.choice("default", languages, settings.LANGUAGE_CODE),
        table={key.casefold(): value for key, value in rule.table("table").items()},
    )


def _organization_rule(data: object) -> OrganizationRule:
    if isinstance(data, str):
        data = {"value": data}
    rule = _Table(data, "organization", known=("column", "value", "create", "known"))
    known = _Table(rule.data.get("known", {}), "organization.known")
    return OrganizationRule(
        column=rule.text("column"),
        value=rule.text("value"),
        create=rule.boolean("create"),
        known={
            key: _Table({"_": value}, f"organization.known.{key}").table("_", ORGANIZATION_DATA)
            for key, value in known.items()
        },
    )


def _field_rule(name: str, data: object) -> FieldRule:
    place = f"fields.{name}"
    rule = _Table(
        {"column": data} if isinstance(data, str) else data,
        place,
        known=("column", "columns", "section", "sections", "value", "default", "join", "convert",
               "format", "separator", "table", "replace", "unlisted", "truncate", "lines",
               "base_url"),
    )  # fmt: skip
    columns = (*rule.texts("column"), *rule.texts("columns"))
    sections = (*rule.texts("section"), *rule.texts("sections"))
    if not (columns or sections or "value" in rule.data or "default" in rule.data):
        raise ImportSetupError(
            _("“%(place)s” says nowhere its value comes from: add column, section or value.")
            % {"place": place}
        )
    truncate = rule.data.get("truncate")
    if truncate is not None and (type(truncate) is not int or truncate < 2):
        raise rule.wrong("truncate", _("a number of characters"))
    separator = rule.text("separator", ",")
    return FieldRule(
        name=name,
        columns=columns,
        sections=sections,
        value=rule.constant("value"),
        default=rule.constant("default"),
        join=rule.text("join") if "join" in rule.data else None,
        convert=rule.choice("convert", CONVERSIONS, "text"),
        formats=rule.texts("format") or ("%Y-%m-%d",),
        separator=separator or ",",
        table={
            key: _Table({"_": value}, f"{place}.table.{key}").texts("_")
            for key, value in _Table(rule.data.get("table", {}), f"{place}.table").items()
        },
        replace=rule.table("replace"),
        unlisted=rule.choice("unlisted", UNLISTED, "keep"),
        truncate=truncate,
        lines=rule.choice("lines", LINES, "join"),
        base_url=rule.text("base_url"),
    )


class _Table:
    """A table of a mapping file, with readers that refuse what is of another kind."""

    def __init__(self, data: object, place: str, known: tuple[str, ...] = ()) -> None:
        self.place = place
        if not isinstance(data, dict):
            raise ImportSetupError(
                _("“%(place)s” must be a table of keys and values.")
                % {"place": place or _("the mapping")}
            )
        self.data: dict[str, Any] = {str(key): value for key, value in data.items()}
        for key in self.data if known else ():
            if key not in known:
                raise self._not_one_of(place or _("the mapping"), key, tuple(sorted(known)))

    def items(self) -> Any:
        return self.data.items()

    def text(self, key: str, default: str = "") -> str:
        value = self.data.get(key)
        if value is None:
            return default
        if not isinstance(value, Scalar):
            raise self.wrong(key, _("one text"))
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """One text or a list of them."""
        value = self.data.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, Scalar) for item in items):
            raise self.wrong(key, _("a text or a list of texts"))
        return tuple(str(item) for item in items)

    def constant(self, key: str) -> Any:
        """A value as it is, or a list of texts."""
        value = self.data.get(key)
        return list(self.texts(key)) if isinstance(value, (list, dict)) else value

    def table(self, key: str, known: tuple[str, ...] = ()) -> dict[str, str]:
        """A table of texts."""
        table = _Table(self.data.get(key) or {}, self._name(key), known)
        return {name: table.text(name) for name in table.data}

    def boolean(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true, false")
        return value

    def choice(self, key: str, known: tuple[str, ...], default: str) -> str:
        value = self.text(key, default)
        if value != default and value not in known:
            raise self._not_one_of(self._name(key), value, known)
        return value

    def wrong(self, key: str, expected: str) -> ImportSetupError:
        return ImportSetupError(
            _("“%(place)s” must be: %(expected)s.")
            % {"place": self._name(key), "expected": expected}
        )

    def _name(self, key: str) -> str:
        return ".".join(part for part in (self.place, key) if part not in {"", "_"})

    @staticmethod
    def _not_one_of(place: str, value: str, known: tuple[str, ...]) -> ImportSetupError:
        return ImportSetupError(
            _("“%(value)s” is not known in “%(place)s”. Known: %(known)s.")
            % {"value": value, "place": place, "known": ", ".join(known)}
        )
