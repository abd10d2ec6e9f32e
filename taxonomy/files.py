"""Vocabularies as they are shipped: one YAML file each, checked before anything is written.

`docs/taxonomy.md` describes the keys of a file.
"""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from taxonomy.models import Edition, Term, Vocabulary

FOLDER = Path(__file__).parent / "vocabularies"
WORDINGS = ("official", "official-fr", "official-en", "unverified")

_VOCABULARY_KEYS = {
    "slug", "fr", "en", "description_fr", "description_en", "hierarchical", "source", "editions",
    "terms",
}  # fmt: skip
_EDITION_KEYS = {"slug", "fr", "en", "valid_from", "valid_to"}
_TERM_KEYS = {
    "slug", "fr", "en", "definition_fr", "definition_en", "rank", "edition", "active", "formerly",
    "replaced_by", "wording", "narrower",
}  # fmt: skip
_MISSING = gettext_lazy("“%(key)s” is missing.")


class VocabularyFileError(ValueError):
    """A file that cannot be loaded; its text names the file, the term and the reason."""

    def __init__(self, path: Path, reason: str, term: str = "") -> None:
        place = _("%(file)s, term “%(term)s”") if term else "%(file)s"
        super().__init__(f"{place % {'file': path.name, 'term': term}}: {reason}")


@dataclass(frozen=True)
class TermEntry:
    """A term of a file; `parent` is the slug of the broader term, or empty at the top."""

    slug: str
    parent: str
    path: str
    order: int
    label_fr: str
    label_en: str
    definition_fr: str = ""
    definition_en: str = ""
    rank: int | None = None
    edition: str = ""
    is_active: bool = True
    formerly: tuple[str, ...] = ()
    replaced_by: str = ""
    wording: str = ""


@dataclass(frozen=True)
class EditionEntry:
    """An edition of a file."""

    slug: str
    label_fr: str
    label_en: str
    valid_from: datetime.date | None = None
    valid_to: datetime.date | None = None


@dataclass(frozen=True)
class VocabularyFile:
    """What one file says; terms stand after their broader term."""

    path: Path
    slug: str
    label_fr: str
    label_en: str
    description_fr: str = ""
    description_en: str = ""
    is_hierarchical: bool = False
    source_url: str = ""
    editions: tuple[EditionEntry, ...] = ()
    terms: tuple[TermEntry, ...] = ()


def read_folder(folder: Path = FOLDER) -> list[VocabularyFile]:
    """Read every `*.yaml` of `folder`, in the order of their names.

    Raises `VocabularyFileError` for the first file that cannot be loaded.
    """
    found = [read_file(path) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        raise VocabularyFileError(folder, _("there is no .yaml file in this folder."))
    seen: dict[str, Path] = {}
    for each in found:
        if each.slug in seen:
            raise VocabularyFileError(
                each.path,
                _("the vocabulary “%(slug)s” is also in %(other)s.")
                % {"slug": each.slug, "other": seen[each.slug].name},
            )
        seen[each.slug] = each.path
    return found


def read_file(path: Path) -> VocabularyFile:
    """Read and check one file. Raises `VocabularyFileError`."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise VocabularyFileError(path, str(error)) from error
    reader = _Reader(path)
    data = reader.mapping(data, _VOCABULARY_KEYS)
    editions = tuple(map(reader.edition, reader.items(data, "editions")))
    reader.editions = {each.slug for each in editions}
    if len(reader.editions) < len(editions):
        raise VocabularyFileError(path, _("two editions have the same “slug”."))
    hierarchical = reader.value(data, "hierarchical", bool, False)
    terms = tuple(reader.terms(data, "terms", "", ""))
    if not terms:
        raise VocabularyFileError(path, _MISSING % {"key": "terms"})
    if not hierarchical and (narrow := next((each for each in terms if each.parent), None)):
        raise VocabularyFileError(
            path,
            _("it has a broader term, but the file does not say “hierarchical: true”."),
            narrow.slug,
        )
    _check_replacements(path, terms)
    return VocabularyFile(
        path=path,
        slug=reader.slug(data, Vocabulary),
        label_fr=reader.text(data, "fr", Vocabulary, "label_fr", required=True),
        label_en=reader.text(data, "en", Vocabulary, "label_en", required=True),
        description_fr=reader.text(data, "description_fr", Vocabulary),
        description_en=reader.text(data, "description_en", Vocabulary),
        is_hierarchical=hierarchical,
        source_url=reader.text(data, "source", Vocabulary, "source_url"),
        editions=editions,
        terms=terms,
    )


@dataclass
class _Reader:
    """Reads checked values; every complaint names the file and the term being read."""

    path: Path
    term: str = ""
    editions: set[str] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)

    def fail(self, reason: str) -> VocabularyFileError:
        return VocabularyFileError(self.path, reason, self.term)

    def mapping(self, data: Any, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            raise self.fail(_("a list of “key: value” lines is expected here."))
        if unknown := sorted(map(str, data.keys() - known)):
            raise self.fail(
                _("unknown key “%(key)s”. Known keys: %(known)s.")
                % {"key": unknown[0], "known": ", ".join(sorted(known))}
            )
        return data

    def value(self, data: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
        value = data.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.fail(
                _("“%(key)s” must be of type %(kind)s, not “%(value)s”.")
                % {"key": key, "kind": kind.__name__, "value": value}
            )
        return value

    def items(self, data: Mapping[str, Any], key: str) -> list[Any]:
        items: list[Any] = self.value(data, key, list, [])
        return items

    def text(
        self,
        data: Mapping[str, Any],
        key: str,
        model: type[Vocabulary | Edition | Term],
        column: str = "",
        *,
        required: bool = False,
    ) -> str:
        value = self.value(data, key, str, "").strip()
        if required and not value:
            raise self.fail(_MISSING % {"key": key})
        limit = getattr(model._meta.get_field(column or key), "max_length", None)
        if limit and len(value) > limit:
            raise self.fail(
                _("“%(key)s” has %(length)d characters; at most %(limit)d fit.")
                % {"key": key, "length": len(value), "limit": limit}
            )
        return str(value)

    def slug(self, data: Mapping[str, Any], model: type[Vocabulary | Edition | Term]) -> str:
        slug = self.text(data, "slug", model, required=True)
        try:
            validate_slug(slug)
        except ValidationError as error:
            raise self.fail(_("“%(slug)s” is no identifier.") % {"slug": slug}) from error
        return slug

    def edition(self, data: Any) -> EditionEntry:
        data = self.mapping(data, _EDITION_KEYS)
        entry = EditionEntry(
            slug=self.slug(data, Edition),
            label_fr=self.text(data, "fr", Edition, "label_fr", required=True),
            label_en=self.text(data, "en", Edition, "label_en", required=True),
            valid_from=self.value(data, "valid_from", datetime.date, None),
            valid_to=self.value(data, "valid_to", datetime.date, None),
        )
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            raise self.fail(
                _("the edition “%(edition)s” ends before it starts.") % {"edition": entry.slug}
            )
        return entry

    def terms(
        self, data: Mapping[str, Any], key: str, parent: str, above: str
    ) -> Iterator[TermEntry]:
        """The terms of the list under `key` of `data`, each followed by those below it."""
        for item in self.items(data, key):
            self.term = str(item.get("slug", "")) if isinstance(item, dict) else ""
            item = self.mapping(item, _TERM_KEYS)
            entry = self._term(item, parent, above)
            self.term = ""
            yield entry
            yield from self.terms(item, "narrower", entry.slug, f"{entry.path}/")

    def _term(self, data: Mapping[str, Any], parent: str, above: str) -> TermEntry:
        slug = self.slug(data, Term)
        if slug in self.slugs:
            raise self.fail(_("two terms have this “slug”."))
        self.slugs.add(slug)
        edition = self.value(data, "edition", str, "")
        if edition and edition not in self.editions:
            raise self.fail(
                _("no edition “%(edition)s”. Known editions: %(known)s.")
                % {"edition": edition, "known": ", ".join(sorted(self.editions)) or "–"}
            )
        wording = self.value(data, "wording", str, "")
        if wording and wording not in WORDINGS:
            raise self.fail(
                _("no wording “%(wording)s”. Known: %(known)s.")
                % {"wording": wording, "known": ", ".join(WORDINGS)}
            )
        path = f"{above}{slug}"
        if len(path) > (limit := Term._meta.get_field("path").max_length or 0):
            raise self.fail(
                _("it stands too deep: its path has more than %(limit)d characters.")
                % {"limit": limit}
            )
        return TermEntry(
            slug=slug,
            parent=parent,
            path=path,
            # Steps of ten leave room for terms that an organization adds in between.
            order=10 * len(self.slugs),
            label_fr=self.text(data, "fr", Term, "label_fr", required=True),
            label_en=self.text(data, "en", Term, "label_en", required=True),
            definition_fr=self.text(data, "definition_fr", Term),
            definition_en=self.text(data, "definition_en", Term),
            rank=self.value(data, "rank", int, None),
            edition=edition,
            is_active=self.value(data, "active", bool, True),
            formerly=tuple(map(str, self.items(data, "formerly"))),
            replaced_by=self.value(data, "replaced_by", str, ""),
            wording=wording,
        )


def _check_replacements(path: Path, terms: tuple[TermEntry, ...]) -> None:
    """Refuse former names still in use, and replacements that lead nowhere or in a circle."""
    by_slug = {term.slug: term for term in terms}
    former: dict[str, str] = {}
    for term in terms:
        for name in term.formerly:
            if name in by_slug or name in former:
                raise VocabularyFileError(
                    path, _("its former name “%(name)s” is taken.") % {"name": name}, term.slug
                )
            former[name] = term.slug
        step, seen = term, {term.slug}
        while step.replaced_by:
            if step.replaced_by not in by_slug:
                raise VocabularyFileError(
                    path,
                    _("it is replaced by “%(slug)s”, which does not exist.")
                    % {"slug": step.replaced_by},
                    step.slug,
                )
            if step.replaced_by in seen:
                raise VocabularyFileError(path, _("its replacements form a circle."), term.slug)
            seen.add(step.replaced_by)
            step = by_slug[step.replaced_by]
