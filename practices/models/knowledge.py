"""What all knowledge shares: a summary, an owner, themes, people, dates and a lasting name."""

import uuid
from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.log_actions import log
from wagtail.models import Orderable, PageManager
from wagtail.query import PageQuerySet

from core.caching import kept
from core.models import BasePage, User
from core.text import one_line, printable
from organizations.models import OrganizationOwnedPage
from organizations.visibility import visible_q
from practices.completeness import completeness, label_of
from practices.models.fields import term_field, terms_field
from practices.models.life_cycle import ReviewPeriods
from taxonomy.models import Term

RETIRED = "retired"
# The beginning of the names of previews that show a translation; its number follows.
TRANSLATION = "translation-"
# What belongs to a page and its translations as a whole, not to one of its texts: a draft neither
# holds it nor brings it back.
LIFE_CYCLE_FIELDS = ("status", "last_verified_on", "review_by")
_LIFE_CYCLE_COLUMNS = ("status_id", "last_verified_on", "review_by")


class Licence(models.TextChoices):
    """Under which conditions others may reuse a text."""

    CC0 = "cc0-1.0", _("CC0 1.0 (public domain)")
    CC_BY = "cc-by-4.0", _("CC BY 4.0 (attribution)")
    CC_BY_SA = "cc-by-sa-4.0", _("CC BY-SA 4.0 (attribution, share alike)")
    CC_BY_NC_SA = "cc-by-nc-sa-4.0", _("CC BY-NC-SA 4.0 (attribution, non-commercial)")
    PUBLIC_DOMAIN = "public-domain", _("Public domain")
    ALL_RIGHTS_RESERVED = "all-rights-reserved", _("All rights reserved")


# What these licences let everyone do, where they may read: adapt it and share what they made.
OPEN_LICENCES = frozenset(set(Licence) - {Licence.ALL_RIGHTS_RESERVED})

# Where each licence is explained; what has no address here has no public text.
LICENCE_URLS: dict[str, str] = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
    Licence.CC_BY_SA: "https://creativecommons.org/licenses/by-sa/4.0/",
    Licence.CC_BY_NC_SA: "https://creativecommons.org/licenses/by-nc-sa/4.0/",
    Licence.PUBLIC_DOMAIN: "https://creativecommons.org/publicdomain/mark/1.0/",
}


class KnowledgePageTag(TaggedItemBase):
    """A free tag on a page of knowledge."""

    content_object = ParentalKey(
        "practices.KnowledgePage", on_delete=models.CASCADE, related_name="tagged_items"
    )


class KnowledgePageQuerySet(PageQuerySet):
    """Pages of knowledge, by who asks."""

    def visible_to(self, viewer: User | AnonymousUser) -> Self:
        """The pages that `viewer` may know of, published or not."""
        # Through a subquery: a page shared by two of the viewer's organizations comes once.
        visible = KnowledgePage._base_manager.filter(visible_q(viewer))
        return self.filter(pk__in=visible.order_by().values("pk"))

    def current(self) -> Self:
        """The pages that are not retired."""
        return self.exclude(status__slug=RETIRED)


class KnowledgePage(RoutablePageMixin, OrganizationOwnedPage, BasePage):
    """The concrete base of practice sheets, case studies and lessons learned.

    It is a table of its own, so that one query lists knowledge of every type.
    """

    # The value of the search facet `type`; each concrete type sets its own.
    type_slug: ClassVar[str] = ""
    # The state in which a page of this type begins; see `practices.life_cycle`.
    first_state: ClassVar[str] = ""

    summary = models.TextField(
        _("summary"),
        validators=[MaxLengthValidator(500)],
        max_length=500,
        help_text=_("What it is and what it changes, in at most 500 characters."),
    )
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("image"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    licence = models.CharField(_("licence"), max_length=30, choices=Licence, default=Licence.CC_BY)
    settings = terms_field(
        "setting",
        pgettext_lazy("kinds of places", "settings"),
        _("The kinds of places where it is used."),
    )
    audiences = terms_field("audience", _("audiences"), _("The people for whom it is useful."))
    education_levels = terms_field("education_level", _("education levels"))
    territories = terms_field("territory", _("territories"))
    tags = ClusterTaggableManager(through=KnowledgePageTag, blank=True, verbose_name=_("tags"))
    date_start = models.DateField(_("carried out from"), null=True, blank=True)
    date_end = models.DateField(_("carried out until"), null=True, blank=True)
    status = term_field(
        "status", _("status"), _("What the community recommends doing with it today.")
    )
    last_verified_on = models.DateField(
        _("last verified on"),
        null=True,
        blank=True,
        help_text=_("The day on which someone last checked that it still holds."),
    )
    review_by = models.DateField(
        _("review by"),
        null=True,
        blank=True,
        help_text=_("After this day readers are told that its review is due."),
    )
    persistent_id = models.UUIDField(
        _("persistent identifier"), default=uuid.uuid4, editable=False, unique=True
    )

    objects = PageManager.from_queryset(KnowledgePageQuerySet)()

    is_creatable = False
    parent_page_types = ["organizations.OrganizationPage"]
    subpage_types: ClassVar[list[str]] = []
    exclude_fields_in_copy = ["persistent_id", *LIFE_CYCLE_FIELDS]

    class Meta:
        verbose_name = _("page of knowledge")
        verbose_name_plural = _("pages of knowledge")

    @classmethod
    def to_read(cls) -> Any:
        """With its organization and its image, and whether others wrote it, or files go with it.

        And whether it was made from a page of another organization, and how many remarks there are.
        """
        links = cls.co_organizations.through.objects.filter(knowledgepage=models.OuterRef("pk"))
        files = cls.attachments.rel.related_model._default_manager.filter(
            page=models.OuterRef("pk")
        )
        sources = cls.adaptations.rel.related_model._default_manager.filter(
            page=models.OuterRef("pk")
        )
        remarks = cls.remarks.rel.related_model._default_manager.filter(page=models.OuterRef("pk"))
        counted = remarks.order_by().values("page").annotate(number=models.Count("pk"))
        pages = super().to_read().select_related("organization", "image")
        return pages.annotate(
            has_co_owners=models.Exists(links),
            has_attachments=models.Exists(files),
            is_adapted=models.Exists(sources),
            remark_count=models.Subquery(counted.values("number")),
        )

    def clean(self) -> None:
        """Refuse dates that contradict each other, and what the page it was made from forbids."""
        super().clean()
        self._leave_out_what_cannot_be_shown()
        self.check_dates()
        self._respect_what_it_was_made_from()

    def _respect_what_it_was_made_from(self) -> None:
        from practices.adapting import why_not_licensed

        found = {"sharing_level": self.why_not_shared(), "licence": why_not_licensed(self)}
        if errors := {name: problem for name, problem in found.items() if problem}:
            raise ValidationError(errors)

    def _leave_out_what_cannot_be_shown(self) -> None:
        """Titles and other lines keep no line break, and no text a character that is none."""
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if isinstance(field, models.CharField) and isinstance(value, str):
                setattr(self, field.attname, one_line(value))
            elif isinstance(field, models.TextField) and isinstance(value, str):
                setattr(self, field.attname, printable(value))

    def check_dates(self) -> None:
        """Raise `ValidationError` for dates that contradict each other."""
        errors = {}
        if self.date_start and self.date_end and self.date_end < self.date_start:
            errors["date_end"] = _("It cannot end before it started.")
        if self.last_verified_on and self.last_verified_on > timezone.localdate():
            errors["last_verified_on"] = _("Nobody can have checked it on a day to come.")
        if self.last_verified_on and self.review_by and self.review_by <= self.last_verified_on:
            errors["review_by"] = _("The next review must come after the last check.")
        if errors:
            raise ValidationError(errors)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the state, and the day of the next review, that a page of its type has."""
        if self._state.adding:
            self._begin_life()
            if self.alias_of_id:
                # An alias has the text of another page, and an address and readers of its own.
                self.persistent_id = uuid.uuid4()
        if self.live and self.review_by is None and not kwargs.get("update_fields"):
            self.review_by = self.next_review(self.last_verified_on or timezone.localdate())
        super().save(*args, **kwargs)

    def _begin_life(self) -> None:
        """A translation takes the state of the page it translates; a new sheet is promising."""
        other = self.in_every_language().first()
        for name in LIFE_CYCLE_FIELDS:
            if other is not None and getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        if self.status is None and self.first_state:
            self.status = Term.objects.of("status").filter(slug=self.first_state).first()

    def serializable_data(self) -> dict[str, Any]:
        """The content of a revision, which is one of its texts."""
        data: dict[str, Any] = super().serializable_data()
        return {name: value for name, value in data.items() if name not in LIFE_CYCLE_FIELDS}

    def with_content_json(self, content: dict[str, Any]) -> Any:
        """The page with the content of a revision, and the life it has now."""
        page = super().with_content_json(content)
        # An alias is given the content of the page whose text it has.
        page.persistent_id = self.persistent_id
        # From the row: who saved this revision may have read the page before somebody moved it.
        rows = KnowledgePage._base_manager.filter(pk=self.pk)
        row = rows.values(*_LIFE_CYCLE_COLUMNS).first()
        for column, value in (row or {}).items():
            setattr(page, column, value)
        return page

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or a part of it, for the reader who asks."""
        return kept(request, partial(super().serve, request, *args, **kwargs))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What the templates of all types show beside the page itself."""
        from practices.reading import reading_context
        from practices.texts import drafted_text, published_text

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        is_preview = getattr(request, "is_preview", False)
        text = drafted_text(self) if is_preview else published_text(self)
        context.update(reading_context(text, request))
        return context

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Its own text, and each of its translations as it is drafted."""
        others = self.get_translations().select_related("locale").order_by("pk")
        return [
            ("", _("This page")),
            *((f"{TRANSLATION}{each.pk}", each.locale.language_name_local) for each in others),
        ]

    def is_previewable(self) -> bool:
        """Always, which Wagtail would find out by a query for each line of a list."""
        return True

    def serve_preview(self, request: HttpRequest, mode_name: str | None) -> Any:
        """The text, or its translation in the words of that language."""
        if not mode_name or not mode_name.startswith(TRANSLATION):
            return super().serve_preview(request, mode_name)
        pk = mode_name.removeprefix(TRANSLATION)
        other = self.get_translations().filter(pk=pk).first()
        if other is None or not other.permissions_for_user(request.user).can_edit():
            raise Http404
        text = other.get_latest_revision_as_object() if other.latest_revision_id else other
        with override(other.locale.language_code):
            return text.serve_preview(request, "").render()

    @path(_("versions/"), name="versions")
    def show_versions(self, request: HttpRequest) -> HttpResponse:
        """The list of its published versions."""
        from practices import version_views

        return version_views.versions(self, request)

    @path(_("versions/<str:day>/"), name="version")
    def show_version(self, request: HttpRequest, day: str) -> HttpResponse:
        """The text that readers had on a day."""
        from practices import version_views

        return version_views.version(self, request, day)

    @path(_("versions/<str:day>/changes/"), name="changes")
    def show_changes(self, request: HttpRequest, day: str) -> HttpResponse:
        """What changed since the version of a day."""
        from practices import version_views

        return version_views.what_changed(self, request, day)

    @classmethod
    def credited_in(cls, text: dict[str, Any]) -> set[int]:
        """The accounts of those who are credited for more than a review of the text."""
        return {
            each["user"]
            for each in text["contributions"]
            if each["user"] and each["role"] != ContributionRole.REVIEW
        }

    def what_is_missing(self, percent: int) -> list[str]:
        """The fields that would help readers most, while the text is less complete than that."""
        found = completeness(self)
        if found.percent >= percent:
            return []
        return [label_of(self, need.field) for need in found.missing[:5]]

    def publish(self, revision: Any, **kwargs: Any) -> Any:
        """Publish `revision`; one whose day has come but no longer its right stays a draft."""
        is_due = kwargs.get("log_action") == "wagtail.publish.scheduled"
        if is_due and (problem := revision.as_object().why_not_shared()):
            revision.approved_go_live_at = None
            revision.save(update_fields=["approved_go_live_at"])
            log(instance=self, action="practices.not_published", data={"reason": problem})
            return None
        return super().publish(revision, **kwargs)

    def why_not_shared(
        self, co_owners: Iterable[int] | None = None, *, level: str | None = None
    ) -> str:
        """Why what was made from a page of another organization may not have these readers."""
        from practices.adapting import why_not_shared

        return why_not_shared(self, level or self.sharing_level, co_owners)

    def stays_in_its_organization(self) -> bool:
        """Whether it was made from a page of another organization, which let this one do so."""
        return bool(self.adaptations.all())

    def translations_for(self, user: User | AnonymousUser) -> Any:
        """The published translations of this page that `user` may know of."""
        translations: Any = super().translations_for(user)
        return translations.visible_to(user)

    @property
    def type_label(self) -> str:
        """What kind of knowledge it is, in the reader's language."""
        return str(capfirst(self.specific_class._meta.verbose_name))

    def in_every_language(self) -> KnowledgePageQuerySet:
        """This page and its translations."""
        pages: KnowledgePageQuerySet = KnowledgePage.objects.all()
        return pages.filter(translation_key=self.translation_key)

    def writers(self) -> set[int]:
        """The ids of the people who own it, or are credited, in any of its languages."""
        family = self.in_every_language().order_by()
        owners = family.exclude(owner=None).values_list("owner_id")
        credited = Contribution.objects.filter(page__in=family.values("pk")).exclude(user=None)
        return {pk for (pk,) in owners.union(credited.order_by().values_list("user_id"))}

    @property
    def state(self) -> str:
        """Where it stands in the life of its type; see `practices.life_cycle`."""
        return self.status.slug if self.status else self.first_state

    @property
    def is_retired(self) -> bool:
        """Whether it is kept for those who refer to it only."""
        return self.state == RETIRED

    def next_review(self, day: date) -> date | None:
        """The day by which it must be looked at again when it holds on `day`, if any."""
        return ReviewPeriods.load().after(day, self.specific_class.type_slug)

    @property
    def is_review_due(self) -> bool:
        """Whether the day by which it should have been reviewed has passed."""
        return (
            self.review_by is not None
            and self.review_by < timezone.localdate()
            and not self.is_retired
        )

    @property
    def names_people(self) -> bool:
        """Whether readers may see who wrote it and whom to ask."""
        return True


class ContributionRole(models.TextChoices):
    """What a person brought, in the manner of CRediT (https://credit.niso.org)."""

    CONCEPTUALIZATION = "conceptualization", _("conceptualization")
    IMPLEMENTATION = "implementation", _("implementation")
    EVALUATION = "evaluation", _("evaluation")
    WRITING = "writing", _("writing")
    REVIEW = "review", _("review")
    FACILITATION = "facilitation", _("facilitation")


class Contribution(Orderable):
    """Someone who is credited, and for what."""

    page = ParentalKey(KnowledgePage, on_delete=models.CASCADE, related_name="contributions")
    name = models.CharField(_("name"), max_length=150)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="contributions",
    )
    affiliation = models.CharField(_("affiliation"), max_length=200, blank=True)
    role = models.CharField(
        _("role"),
        max_length=30,
        choices=ContributionRole,
        default=ContributionRole.WRITING,
    )

    class Meta(Orderable.Meta):
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")

    def __str__(self) -> str:
        return f"{self.name} ({self.get_role_display()})"
