"""Organizations and the people who belong to them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import User

if TYPE_CHECKING:
    from django.db.models.fields.related_descriptors import RelatedManager

    from organizations.models.pages import OrganizationPage


class Role(models.TextChoices):
    """What a person may do in one organization."""

    READER = "reader", _("reader")
    CONTRIBUTOR = "contributor", _("contributor")
    EDITOR = "editor", _("editor")
    REVIEWER = "reviewer", _("reviewer")
    MODERATOR = "moderator", _("moderator")
    LEAD = "lead", _("lead")


class CommunityRole(models.TextChoices):
    """What a person does for the whole community, beyond any one organization."""

    FACILITATOR = "facilitator", _("facilitator")
    STEERING = "steering", _("member of the steering group")
    MEDIATOR = "mediator", _("mediator")
    ADMINISTRATOR = "administrator", _("administrator")


class OrganizationKind(models.TextChoices):
    UNIVERSITY = "university", _("university")
    COLLEGE = "college", _("college")
    SCHOOL_SERVICE_CENTRE = "school_service_centre", _("school service centre")
    MINISTRY = "ministry", _("ministry")
    TRANSFER_CENTRE = "transfer_centre", _("liaison and transfer centre")
    NETWORK = "network", _("network")
    OTHER = "other", _("other")


class Organization(models.Model):
    """A member of the community, which moderates its own contributions.

    `organizations.services.provision_organization` gives it all it needs to work.
    """

    slug = models.SlugField(_("identifier in addresses"), max_length=80, unique=True)
    name_fr = models.CharField(_("name (French)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200, blank=True)
    acronym = models.CharField(_("acronym"), max_length=20, blank=True)
    ror = models.CharField(
        _("ROR identifier"),
        max_length=30,
        blank=True,
        help_text=_("The organization's address in the Research Organization Registry."),
        validators=[
            RegexValidator(
                r"^https://ror\.org/0[a-hj-km-np-tv-z|0-9]{6}[0-9]{2}$",
                _("Write the whole address, such as https://ror.org/03yrm5c26."),
            )
        ],
    )
    kind = models.CharField(
        _("kind"),
        max_length=30,
        choices=OrganizationKind,
        default=OrganizationKind.OTHER,
    )
    territory = models.ForeignKey(
        "taxonomy.Term",
        verbose_name=_("territory"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to={"vocabulary__slug": "territory"},
        related_name="+",
    )
    description_fr = models.TextField(_("description (French)"), blank=True)
    description_en = models.TextField(_("description (English)"), blank=True)
    logo = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("logo"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    contact_email = models.EmailField(_("contact e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    collection = models.OneToOneField(
        "wagtailcore.Collection",
        verbose_name=_("collection"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="organization",
    )
    workflow = models.OneToOneField(
        "wagtailcore.Workflow",
        verbose_name=_("workflow"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="organization",
    )
    joined_on = models.DateField(_("joined on"), auto_now_add=True)

    pages: "RelatedManager[OrganizationPage]"

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name_fr"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language, or in French when there is no other."""
        return self.name_in(get_language() or "fr")

    def name_in(self, locale: str) -> str:
        """The name in the language `locale` ("fr", "en"), or in French when there is no other."""
        return (self.name_en if locale.startswith("en") else "") or self.name_fr

    @property
    def short_name(self) -> str:
        """The acronym where there is one, else the name."""
        return self.acronym or self.name

    @property
    def description(self) -> str:
        """The description in the reader's language, or in French when there is no other."""
        english = (get_language() or "fr").startswith("en")
        return (self.description_en if english else "") or self.description_fr


class Membership(models.Model):
    """A person's role in an organization; a person may hold several, in several organizations."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.CASCADE,
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organization", "role"], name="one_membership_per_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"


class CommunityMembership(models.Model):
    """A person's role for the whole community; a person may hold several."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="community_memberships",
    )
    role = models.CharField(_("role"), max_length=20, choices=CommunityRole)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("role in the community")
        verbose_name_plural = _("roles in the community")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"], name="one_membership_per_community_role"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"


def roles_of(user: User | AnonymousUser, organization_id: int) -> frozenset[str]:
    """The roles that `user` holds in an organization; see `standing_of`."""
    from organizations.models.standing import standing_of

    return standing_of(user).roles.get(organization_id, frozenset())


def community_roles_of(user: User | AnonymousUser) -> frozenset[str]:
    """The roles that `user` holds for the whole community; one query, kept with the user."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    known: frozenset[str] | None = user.__dict__.get("_community_roles")
    if known is None:
        known = frozenset(user.community_memberships.values_list("role", flat=True))
        user.__dict__["_community_roles"] = known
    return known


class OrganizationRoleGroup(models.Model):
    """The Django group that carries one role's permissions in one organization."""

    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, related_name="role_groups"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="organization_role")

    class Meta:
        verbose_name = _("role group")
        verbose_name_plural = _("role groups")
        constraints = [
            models.UniqueConstraint(fields=["organization", "role"], name="one_group_per_role")
        ]

    def __str__(self) -> str:
        return f"{self.organization} · {self.get_role_display()}"
