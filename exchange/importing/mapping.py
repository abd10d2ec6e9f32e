"""The mapping file: which column of a source fills which field of a page, and how.

docs/import.md describes the format for the person who writes one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from exchange.importing.errors import ImportSetupError

PAGE_TYPES = ("practice-sheet", "case-study", "lesson")
CONVERSIONS = (
    "text", "html", "markdown", "date", "list", "boolean", "steps", "term", "tags",
)  # fmt: skip
UNLISTED = ("keep", "skip", "error", "tag")


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
    format: str = "%Y-%m-%d"
    separator: str = ","
    vocabulary: str = ""
    table: Mapping[str, Any] = field(default_factory=dict)
    unlisted: str = "keep"
    truncate: int | None = None


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
class ImportMapping:
    """A whole mapping file, checked."""

    source: str
    type: str
    external_id: str
    fields: Mapping[str, FieldRule]
    organization: OrganizationRule
    language: str = "fr"
    language_column: str = ""
    encoding: str | None = None
    stray_bytes: Mapping[int, str] = field(default_factory=dict)
    delimiter: str | None = None
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
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ImportSetupError(
            _("The mapping “%(path)s” is not YAML: %(error)s") % {"path": path, "error": error}
        ) from error
    return parse_mapping(data)


def parse_mapping(data: object) -> ImportMapping:
    """Check the content of a mapping file. Raises `ImportSetupError` that names what to mend."""
    top = _table(data, "")
    _known_keys(
        top,
        {"source", "type", "language", "encoding", "stray_bytes", "delimiter", "empty",
         "external_id", "organization", "fields"},
        "",
    )  # fmt: skip
    for key in ("source", "external_id", "fields"):
        if not top.get(key):
            raise ImportSetupError(_("The mapping lacks “%(key)s”.") % {"key": key})
    page_type = str(top.get("type", ""))
    if page_type and page_type not in PAGE_TYPES:
        raise _not_one_of("type", page_type, PAGE_TYPES)
    language = top.get("language", "fr")
    language_column = ""
    if isinstance(language, dict):
        language_column = str(language.get("column", ""))
        language = language.get("default", "fr")
    rules = {
        str(name): _field_rule(str(name), rule)
        for name, rule in _table(top["fields"], "fields").items()
    }
    if "title" not in rules:
        raise ImportSetupError(_("The mapping's “fields” lack “title”: a page needs one."))
    strays = _table(top.get("stray_bytes", {}), "stray_bytes")
    return ImportMapping(
        source=str(top["source"]),
        type=page_type,
        language=str(language),
        language_column=language_column,
        encoding=top.get("encoding"),
        stray_bytes={int(byte): str(text) for byte, text in strays.items()},
        delimiter=top.get("delimiter"),
        empty=frozenset(str(text).strip() for text in top.get("empty", ())),
        external_id=str(top["external_id"]),
        organization=_organization_rule(top.get("organization", {})),
        fields=rules,
    )


def _field_rule(name: str, data: object) -> FieldRule:
    place = f"fields.{name}"
    rule = {"column": data} if isinstance(data, str) else _table(data, place)
    allowed = {f.name for f in fields(FieldRule)} - {"name"} | {"column", "section"}
    _known_keys(rule, allowed, place)
    options = {k: v for k, v in rule.items() if k not in {"column", "section"}}
    options["columns"] = tuple(_texts(rule.get("columns", rule.get("column"))))
    options["sections"] = tuple(_texts(rule.get("sections", rule.get("section"))))
    if not (options["columns"] or options["sections"] or "value" in rule or "default" in rule):
        raise ImportSetupError(
            _("“%(place)s” says nowhere its value comes from: add column, section or value.")
            % {"place": place}
        )
    checked = FieldRule(name=name, **options)
    if checked.convert not in CONVERSIONS:
        raise _not_one_of(f"{place}.convert", checked.convert, CONVERSIONS)
    if checked.unlisted not in UNLISTED:
        raise _not_one_of(f"{place}.unlisted", checked.unlisted, UNLISTED)
    if checked.convert == "term" and not checked.vocabulary:
        raise ImportSetupError(
            _("“%(place)s” converts to terms: name their vocabulary.") % {"place": place}
        )
    return checked


def _organization_rule(data: object) -> OrganizationRule:
    rule = {"value": data} if isinstance(data, str) else _table(data, "organization")
    _known_keys(rule, {"column", "value", "create", "known"}, "organization")
    return OrganizationRule(
        column=str(rule.get("column", "")),
        value=str(rule.get("value", "")),
        create=bool(rule.get("create", False)),
        known={
            str(key): {
                str(k): str(v) for k, v in _table(value, f"organization.known.{key}").items()
            }
            for key, value in _table(rule.get("known", {}), "organization.known").items()
        },
    )


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _table(data: object, place: str) -> dict[Any, Any]:
    if not isinstance(data, dict):
        raise ImportSetupError(
            _("“%(place)s” must be a table of keys and values.")
            % {"place": place or _("The mapping")}
        )
    return data


def _known_keys(table: Mapping[Any, Any], allowed: set[str], place: str) -> None:
    for key in table:
        if key not in allowed:
            raise _not_one_of(place or _("the mapping"), str(key), sorted(allowed))


def _not_one_of(place: str, value: str, known: Any) -> ImportSetupError:
    return ImportSetupError(
        _("“%(value)s” is not known in “%(place)s”. Known: %(known)s.")
        % {"value": value, "place": place, "known": ", ".join(known)}
    )
