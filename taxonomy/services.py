"""What is done to vocabularies; each function checks, then writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ManyToOneRel, Q
from django.dispatch import Signal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from taxonomy.files import EditionEntry, TermEntry, VocabularyFile, read_folder
from taxonomy.models import Edition, Term, Vocabulary

# Sent with `term`, the `path` that the pages that have it would get, and the `field` of the form in
# which this was asked: who refuses raises a `ValidationError` for that field.
pages_would_move = Signal()
# Sent by the table whose uses of a term move to another one; the answer is which rows stay.
uses_move = Signal()

EDITORS_GROUP = "Taxonomy editors"

# What a file says of a term, under the names of the model; `parent`, `edition` and `replaced_by`
# are kept as slugs.
_PLAIN = (
    "label_fr",
    "label_en",
    "definition_fr",
    "definition_en",
    "order",
    "rank",
    "is_active",
)
_RELATED = ("parent", "edition", "replaced_by")


@dataclass
class SyncReport:
    """What `sync_terms` did, as names like `theme: video`."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    deactivated: list[str] = field(default_factory=list)
    # Edited or added here, and therefore left as they are.
    kept: list[str] = field(default_factory=list)
    # Left where they stand: something depends on it. Tried again each time.
    held: list[str] = field(default_factory=list)
    unchanged: int = 0


@transaction.atomic
def sync_terms(
    files: Iterable[VocabularyFile] | None = None, *, restore: bool = False
) -> SyncReport:
    """Bring the database in line with the shipped vocabularies; nothing that pages use is lost.

    What was edited in the admin stays, unless `restore`. A term that is gone from the files can no
    longer be chosen; a term under a new name keeps its pages; a term whose move would change what a
    signed agreement shares stays where it is. All or nothing; the number of queries depends on what
    changes only. Raises `VocabularyFileError` for files that are wrong.
    """
    files = list(read_folder() if files is None else files)
    report = SyncReport()
    vocabularies = {each.slug: each for each in Vocabulary.objects.all()}
    editions: dict[int, dict[str, Edition]] = {}
    for edition in Edition.objects.all():
        editions.setdefault(edition.vocabulary_id, {})[edition.slug] = edition
    terms: dict[int, dict[str, Term]] = {}
    for term in Term.objects.all():
        terms.setdefault(term.vocabulary_id, {})[term.slug] = term
    for file in files:
        vocabulary = _sync_vocabulary(file, vocabularies.get(file.slug))
        found = _sync_editions(file.editions, vocabulary, editions.get(vocabulary.pk, {}))
        _Sync(vocabulary, found, terms.get(vocabulary.pk, {}), report, restore).run(file)
    ensure_editors_group()
    return report


def _sync_vocabulary(file: VocabularyFile, vocabulary: Vocabulary | None) -> Vocabulary:
    vocabulary = vocabulary or Vocabulary(slug=file.slug)
    wanted = {
        name: getattr(file, name)
        for name in (
            "label_fr",
            "label_en",
            "description_fr",
            "description_en",
            "is_hierarchical",
            "source_url",
        )
    }
    _assign(vocabulary, wanted)
    return vocabulary


def _sync_editions(
    entries: Iterable[EditionEntry], vocabulary: Vocabulary, found: dict[str, Edition]
) -> dict[str, Edition]:
    for entry in entries:
        edition = found.setdefault(entry.slug, Edition(vocabulary=vocabulary, slug=entry.slug))
        wanted = {
            name: getattr(entry, name)
            for name in ("label_fr", "label_en", "valid_from", "valid_to")
        }
        _assign(edition, wanted)
    return found


def _assign(row: Vocabulary | Edition, wanted: dict[str, Any]) -> None:
    """Save `row` with these values, where they are new."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed or row.pk is None:
        row.save()


@dataclass
class _Sync:
    """One vocabulary being brought in line; `terms` are those of the database by slug."""

    vocabulary: Vocabulary
    editions: dict[str, Edition]
    terms: dict[str, Term]
    report: SyncReport
    restore: bool

    def __post_init__(self) -> None:
        self.slugs = {term.pk: slug for slug, term in self.terms.items()}
        self.edition_slugs = {each.pk: slug for slug, each in self.editions.items()}
        self.changed: set[str] = set()  # to be saved
        self.reported: set[str] = set()  # as created or renamed

    def run(self, file: VocabularyFile) -> None:
        for entry in file.terms:
            self._rename(entry)
        self._create([entry for entry in file.terms if entry.slug not in self.terms])
        # Broader terms first, one by one: where the next one stands depends on it, and saving
        # tells the search which pages to read again.
        for entry in file.terms:
            self._update(self.terms[entry.slug], entry)
            if entry.slug in self.changed:
                self._save(self.terms[entry.slug])
        self._deactivate_the_rest(file.terms)

    def _rename(self, entry: TermEntry) -> None:
        """Give the term that stood under a former name its new one, and so keep its pages."""
        if entry.slug in self.terms:
            return
        name = next((name for name in entry.formerly if name in self.terms), "")
        if not name or not self.terms[name].shipped:
            return
        term = self.terms[entry.slug] = self.terms.pop(name)
        term.slug = self.slugs[term.pk] = entry.slug
        self.changed.add(entry.slug)
        self.reported.add(entry.slug)
        self.report.renamed.append(f"{self._name(name)} → {entry.slug}")
        for slug, other in self.terms.items():
            for relation in ("parent", "replaced_by"):
                if other.shipped.get(relation) == name:
                    other.shipped[relation] = entry.slug
                    self.changed.add(slug)

    def _create(self, entries: list[TermEntry]) -> None:
        """Insert the new terms, one statement for each level of the tree."""
        # No page uses them yet: there is nothing to tell the search.
        by_depth: dict[int, list[TermEntry]] = {}
        for entry in entries:
            by_depth.setdefault(entry.path.count("/"), []).append(entry)
        for depth in sorted(by_depth):
            new = [
                Term(
                    vocabulary=self.vocabulary,
                    slug=entry.slug,
                    path=self._path_of(entry),
                    parent=self.terms[entry.parent] if entry.parent else None,
                    edition=self.editions[entry.edition] if entry.edition else None,
                    # What replaces it may come later in the file: `_update` sets it.
                    shipped=_shipped(entry) | {"replaced_by": ""},
                    **{name: getattr(entry, name) for name in _PLAIN},
                )
                for entry in by_depth[depth]
            ]
            for term in Term.objects.bulk_create(new):
                self.terms[term.slug] = term
                self.slugs[term.pk] = term.slug
                self.reported.add(term.slug)
                self.report.created.append(self._name(term.slug))

    def _path_of(self, entry: TermEntry) -> str:
        """Where a new term stands now: what is above it may not be, or stay, where the file says.

        It moves along with it.
        """
        return f"{self.terms[entry.parent].path}/{entry.slug}" if entry.parent else entry.slug

    def _save(self, term: Term) -> None:
        """Save it below the place where its broader term is by now."""
        if term.parent is not None:
            term.parent.refresh_from_db(fields=["path"])
        term.save()

    def _update(self, term: Term, entry: TermEntry) -> None:
        """Take what the file says, field by field, where nobody has written something else."""
        name = self._name(term.slug)
        if term.is_local and not self.restore:
            self.report.kept.append(name)
            return
        wanted = _shipped(entry)
        edited = set() if self.restore else self._edited(term)
        stale = {
            key
            for key, value in wanted.items()
            if key not in edited and self._current(term, key) != value
        }
        is_held = "parent" in stale and not self._may_move(term, wanted["parent"])
        if is_held:
            stale.discard("parent")
            wanted["parent"] = term.shipped.get("parent", "")
            self.report.held.append(name)
        for key in stale:
            self._set(term, key, wanted[key])
        if stale or term.shipped != wanted:
            term.shipped, term.is_local = wanted, False
            self.changed.add(term.slug)
        if edited:
            self.report.kept.append(name)
        elif term.slug not in self.reported and not is_held:
            if stale:
                self.report.updated.append(name)
            else:
                self.report.unchanged += 1

    def _may_move(self, term: Term, parent: str) -> bool:
        """Whether `term` can stand below the term `parent`, for what depends on its place."""
        # Those above them may have moved a moment ago.
        above = self.terms[parent] if parent else None
        for each in filter(None, (term, above)):
            each.refresh_from_db(fields=["path"])
        try:
            check_place(term, parent=above)
        except ValidationError:
            return False
        return True

    def _deactivate_the_rest(self, entries: Iterable[TermEntry]) -> None:
        """Stop offering what was shipped once and is gone; the pages that have it keep it."""
        listed = {entry.slug for entry in entries}
        heirs = {name: entry.slug for entry in entries for name in entry.formerly}
        for slug, term in self.terms.items():
            if slug in listed or not term.shipped.get("is_active"):
                continue
            term.is_active = term.shipped["is_active"] = False
            if heir := heirs.get(slug, ""):
                term.replaced_by = self.terms[heir]
                term.shipped["replaced_by"] = heir
            self._save(term)
            self.report.deactivated.append(self._name(slug))

    def _edited(self, term: Term) -> set[str]:
        """The fields in which the term is not as it was shipped."""
        return {name for name, value in term.shipped.items() if self._current(term, name) != value}

    def _current(self, term: Term, name: str) -> Any:
        if name == "edition":
            return self.edition_slugs.get(term.edition_id or 0, "")
        if name in _RELATED:
            return self.slugs.get(getattr(term, f"{name}_id") or 0, "")
        return getattr(term, name)

    def _set(self, term: Term, name: str, value: Any) -> None:
        if name == "edition":
            term.edition = self.editions[value] if value else None
        elif name in _RELATED:
            setattr(term, name, self.terms[value] if value else None)
        else:
            setattr(term, name, value)

    def _name(self, slug: str) -> str:
        return f"{self.vocabulary.slug}: {slug}"


def _shipped(entry: TermEntry) -> dict[str, Any]:
    """What a file says of a term, as kept in `Term.shipped`."""
    return {name: getattr(entry, name) for name in (*_PLAIN, *_RELATED)}


@transaction.atomic
def replace_term(term: Term, *, by: Term) -> int:
    """Give every page that has `term` the term `by` instead, and stop offering `term`.

    Returns how many uses were moved. Drafts written before keep `term`, which stays valid on them,
    and so does what another room keeps. Raises `ValidationError` when `by` cannot replace it.
    """
    check_replacement(term, by=by)
    # Saved first: the search reads again the pages that have it now.
    term.replaced_by, term.is_active = by, False
    term.save()
    moved = 0
    for model, column in _uses():
        rows = model._default_manager.filter(**{column: term.pk})
        for _receiver, kept in uses_move.send(sender=model):
            rows = rows.exclude(kept or Q(pk__in=[]))
        if siblings := _rest_of_link(model, column):
            # A page that has both terms keeps one.
            have = model._default_manager.filter(**{column: by.pk}).values(siblings)
            moved += rows.filter(**{f"{siblings}__in": have}).delete()[0]
        moved += rows.update(**{column: by.pk})
    by.save()
    return moved


def check_replacement(term: Term, *, by: Term) -> None:
    """Raise `ValidationError` when `by` cannot replace `term`."""
    if by.pk == term.pk or by.vocabulary_id != term.vocabulary_id or not by.is_active:
        raise ValidationError(
            {"replaced_by": _("Choose another term of the same vocabulary that can be chosen.")}
        )
    if term.children.filter(is_active=True).exists():
        raise ValidationError(
            {"replaced_by": _("Move or replace the narrower terms of “%s” first.") % term}
        )
    pages_would_move.send(sender=Term, term=term, path=by.path, field="replaced_by")


def check_place(term: Term, *, parent: Term | None) -> None:
    """Raise `ValidationError` when `term` cannot stand below `parent`, for what depends on it."""
    path = f"{parent.path}/{term.slug}" if parent else term.slug
    if path != term.path:
        pages_would_move.send(sender=Term, term=term, path=path, field="parent")


@transaction.atomic
def delete_term(term: Term) -> None:
    """Delete a term that nothing has. Raises `ValidationError` when something does."""
    if uses := count_uses(term):
        raise ValidationError(
            ngettext(
                "“%(term)s” is in use (%(uses)d time): replace it by another term, or untick"
                " “can be chosen”.",
                "“%(term)s” is in use (%(uses)d times): replace it by another term, or untick"
                " “can be chosen”.",
                uses,
            )
            % {"term": term, "uses": uses}
        )
    if term.children.exists():
        raise ValidationError(_("“%s” has narrower terms: move or delete them first.") % term)
    term.delete()


@transaction.atomic
def delete_vocabulary(vocabulary: Vocabulary) -> None:
    """Delete a vocabulary that has no terms. Raises `ValidationError` when it has some."""
    if vocabulary.terms.exists():
        raise ValidationError(_("“%s” has terms: delete them first.") % vocabulary)
    vocabulary.delete()


def count_uses(term: Term) -> int:
    """How many pages, organizations and other rows have `term`, in one query for each table."""
    return sum(
        model._default_manager.filter(**{column: term.pk}).count() for model, column in _uses()
    )


def _uses() -> list[tuple[Any, str]]:
    """The tables of other rooms that refer to terms, and by which column."""
    return [
        (relation.related_model, relation.field.attname)
        for relation in Term._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.related_model is not Term
    ]


def _rest_of_link(model: Any, column: str) -> str:
    """The other column of a table that only links two models, or nothing."""
    if not model._meta.auto_created:
        return ""
    return next(
        field.attname
        for field in model._meta.concrete_fields
        if field.is_relation and field.attname != column
    )


def ensure_editors_group() -> Group:
    """The group whose members manage vocabularies in the admin, made or mended when needed."""
    group, _made = Group.objects.get_or_create(name=EDITORS_GROUP)
    wanted = Permission.objects.filter(
        Q(
            content_type__app_label="taxonomy",
            content_type__model__in=["vocabulary", "edition", "term"],
        )
        | Q(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    missing = wanted.exclude(group=group)
    if missing:
        group.permissions.add(*missing)
    return group
