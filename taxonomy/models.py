"""Controlled vocabularies: their editions and their terms."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def text_in(language: str, french: str, english: str) -> str:
    """The text in `language` ("fr", "en"), or in French where there is no other."""
    return (english if language.startswith("en") else "") or french


def _in_reader_language(french: str, english: str) -> str:
    return text_in(get_language() or "fr", french, english)


class Vocabulary(models.Model):
    """A closed list of terms that describes one aspect of a practice."""

    slug = models.SlugField(_("identifier"), max_length=60, unique=True)
    label_fr = models.CharField(_("label (French)"), max_length=150)
    label_en = models.CharField(_("label (English)"), max_length=150)
    description_fr = models.TextField(_("description (French)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    is_hierarchical = models.BooleanField(_("has a tree of terms"), default=False)
    source_url = models.URLField(_("source"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("vocabulary")
        verbose_name_plural = _("vocabularies")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return _in_reader_language(self.label_fr, self.label_en)


class Edition(models.Model):
    """A dated version of a vocabulary, such as a framework republished by a ministry."""

    vocabulary = models.ForeignKey(
        Vocabulary,
        verbose_name=_("vocabulary"),
        on_delete=models.CASCADE,
        related_name="editions",
    )
    slug = models.SlugField(_("identifier"), max_length=60)
    label_fr = models.CharField(_("label (French)"), max_length=150)
    label_en = models.CharField(_("label (English)"), max_length=150)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["vocabulary", "valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "slug"],
                name="one_edition_per_vocabulary_and_slug",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="edition_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return _in_reader_language(self.label_fr, self.label_en)


class TermQuerySet(models.QuerySet["Term"]):
    """Terms, by vocabulary and state."""

    def of(self, vocabulary: str) -> Self:
        """The terms of the vocabulary whose identifier is `vocabulary`."""
        return self.filter(vocabulary__slug=vocabulary)

    def active(self) -> Self:
        """The terms that can still be chosen."""
        return self.filter(is_active=True)

    def with_descendants(self, term: "Term") -> Self:
        """`term` and every term below it."""
        return self.filter(
            Q(pk=term.pk) | Q(path__startswith=f"{term.path}/"),
            vocabulary=term.vocabulary_id,
        )


class Term(models.Model):
    """One value of a vocabulary, with a label in both languages and a language-neutral slug."""

    vocabulary = models.ForeignKey(
        Vocabulary,
        verbose_name=_("vocabulary"),
        on_delete=models.CASCADE,
        related_name="terms",
    )
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="terms",
    )
    slug = models.SlugField(_("identifier"), max_length=80)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("broader term"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
    )
    path = models.CharField(max_length=400, editable=False, db_index=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    rank = models.SmallIntegerField(
        _("rank"), null=True, blank=True, help_text=_("The place on an ordered scale.")
    )
    label_fr = models.CharField(_("label (French)"), max_length=250)
    label_en = models.CharField(_("label (English)"), max_length=250)
    definition_fr = models.TextField(_("definition (French)"), blank=True)
    definition_en = models.TextField(_("definition (English)"), blank=True)
    is_active = models.BooleanField(
        _("can be chosen"),
        default=True,
        help_text=_("A term that is no longer used stays on the pages that have it."),
    )
    is_local = models.BooleanField(_("added here"), default=False, editable=False)
    # What the shipped vocabulary last said of this term; what differs from it was edited here.
    shipped = models.JSONField(default=dict, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self",
        verbose_name=_("replaced by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["vocabulary", "order", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "slug"], name="one_term_per_vocabulary_and_slug"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return _in_reader_language(self.label_fr, self.label_en)

    @property
    def definition(self) -> str:
        """The definition in the reader's language."""
        return _in_reader_language(self.definition_fr, self.definition_en)

    @property
    def depth(self) -> int:
        """How far below the top of its tree the term stands; 0 at the top."""
        return self.path.count("/")

    def clean(self) -> None:
        """Refuse trees that turn in a circle, and terms of other vocabularies."""
        super().clean()
        errors = {}
        if problem := self._problem_with(self.parent, "parent"):
            errors["parent"] = problem
        if problem := self._problem_with(self.replaced_by, "replaced_by"):
            errors["replaced_by"] = problem
        if self.parent and not self.vocabulary.is_hierarchical and "parent" not in errors:
            errors["parent"] = _("The terms of this vocabulary have no broader terms.")
        if self.edition and self.edition.vocabulary_id != self.vocabulary_id:
            errors["edition"] = _("This edition belongs to another vocabulary.")
        if errors:
            raise ValidationError(errors)

    def _problem_with(self, other: "Term | None", relation: str) -> Any:
        """What is wrong with `other` at the far end of `relation`, or nothing."""
        if other is not None and other.vocabulary_id != self.vocabulary_id:
            return _("Choose a term of the same vocabulary.")
        seen = set()
        while other is not None and other.pk not in seen:
            if other.pk == self.pk:
                return _("A term cannot stand below itself, nor replace itself.")
            seen.add(other.pk)
            other = getattr(other, relation)
        return None

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the term and, where it moved, the paths of the terms below it."""
        old_path = self.path
        self.path = f"{self.parent.path}/{self.slug}" if self.parent else self.slug
        super().save(*args, **kwargs)
        if old_path and old_path != self.path:
            for child in self.children.all():
                child.save()
