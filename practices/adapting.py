"""Making a page of another organization one's own: who may, and who may read what is made of it.

See docs/decisions/0260.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import RichTextField, StreamField
from wagtail.log_actions import log

from core.models import User
from organizations.agreements.reuse import (
    WIDTH,
    Ground,
    grounds_of_agreements,
    may_adapt_by_agreement,
)
from organizations.models import OrganizationPage, SharingLevel, standing_of
from organizations.permissions import WRITING_ROLES
from organizations.visibility import Viewer, organization_tokens, tokens_q
from practices.citation import reference_of
from practices.models import Adaptation, KnowledgePage
from practices.models.knowledge import OPEN_LICENCES, Licence
from practices.selectors import readable
from practices.texts import PRACTICE_ROWS, published_text

# What is made of a page with another licence keeps it.
PERMISSIVE = frozenset({Licence.CC0, Licence.PUBLIC_DOMAIN, Licence.CC_BY})
# People, files and owners of the other organization stay with it.
NOT_TAKEN = [
    "co_organizations",
    "contributions",
    "contact_name",
    "contact_email",
    "image",
    "attachments",
]


def licensed_level(page: KnowledgePage) -> str:
    """How widely the licence of `page` lets everyone share what they make of it; "" for nobody.

    It says nothing of what is shared by agreement, or with nobody: there the agreement does.
    """
    shared = page.sharing_level in (SharingLevel.PUBLIC, SharingLevel.COMMUNITY)
    return page.sharing_level if shared and page.licence in OPEN_LICENCES else ""


def homes_to_adapt_in(page: KnowledgePage, user: Viewer) -> QuerySet[OrganizationPage]:
    """The pages of organizations below which `user`, who reads `page`, may make a version of it."""
    homes = OrganizationPage.objects.select_related("organization").order_by("title")
    if not page.live or page.is_retired:
        return homes.none()
    writing = {
        owner
        for owner, roles in standing_of(user).roles.items()
        if WRITING_ROLES & roles and owner != page.organization_id
    }
    if not writing:
        return homes.none()
    let = writing if licensed_level(page) else may_adapt_by_agreement(page, writing)
    found: QuerySet[OrganizationPage] = homes.filter(
        organization__in=let, locale=page.locale_id, live=True
    )
    return found


@transaction.atomic
def adapt(page: KnowledgePage, *, home: OrganizationPage, user: User) -> KnowledgePage:
    """Make a draft below `home` from the published text of `page`, with the credit that is due.

    Its first readers are the members of its organization. Who asks twice gets the same draft.
    Raises `PermissionDenied` where neither a licence nor an agreement gives the right.
    """
    # Who comes second waits, and finds the draft of the first.
    home = OrganizationPage.objects.select_for_update(of=("self",)).get(pk=home.pk)
    source = readable(KnowledgePage.objects.filter(pk=page.pk), user).first()
    if source is None or home not in homes_to_adapt_in(source, user):
        raise PermissionDenied(_("You may not adapt this page for this organization."))
    if not home.permissions_for_user(user).can_add_subpage():
        raise PermissionDenied(_("You may not write for this organization."))
    begun = KnowledgePage.objects.filter(
        adaptations__source=source,
        organization=home.organization_id,
        owner=user,
        first_published_at=None,
    )
    if found := begun.first():
        return found.specific
    return _make(source.specific, home, user)


def _make(source: KnowledgePage, home: OrganizationPage, user: User) -> KnowledgePage:
    copy = source.copy(
        to=home,
        user=user,
        copy_revisions=False,
        keep_live=False,
        exclude_fields=NOT_TAKEN,
        update_attrs={
            "slug": "",
            "sharing_level": SharingLevel.ORGANIZATION,
            "locked": False,
            "locked_at": None,
            "locked_by": None,
            "go_live_at": None,
            "expire_at": None,
        },
        log_action=None,
    )
    page: Any = KnowledgePage.objects.get(pk=copy.pk).specific
    page.adaptations.add(
        Adaptation(
            source=source,
            source_organization=source.organization,
            authors=_authors_of(source),
            licence=source.licence,
            licensed_level=licensed_level(source),
            made_at=timezone.now(),
        )
    )
    _leave_links_behind(page)
    _leave_unknown_practices_behind(page)
    page.save()
    page.save_revision(user=user, overwrite_revision=page.latest_revision)
    log(
        instance=page,
        action="practices.adapt",
        user=user,
        data={"title": source.title, "organization": source.organization.name},
    )
    made: KnowledgePage = page
    return made


def _authors_of(page: KnowledgePage) -> str:
    reference = reference_of(published_text(page), url="")
    return ", ".join(author.name for author in reference.authors)


def _leave_links_behind(page: Any) -> None:
    """Texts keep their words; links to documents and pages that may be others' are left out."""
    for field in page._meta.concrete_fields:
        value = getattr(page, field.name)
        if isinstance(field, RichTextField):
            setattr(page, field.name, _without_links(value))
        elif isinstance(field, StreamField):
            setattr(page, field.name, json.dumps(_without_links(value.get_prep_value())))


def _without_links(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_links(each) for each in value]
    if isinstance(value, dict):
        return {name: _without_links(each) for name, each in value.items()}
    if not isinstance(value, str) or "linktype=" not in value:
        return value
    soup = BeautifulSoup(value, "html.parser")
    for link in soup.find_all("a", linktype=True):
        link.unwrap()
    return str(soup)


def _leave_unknown_practices_behind(page: Any) -> None:
    """Its organization does not learn from a case of a practice that it may not know of."""
    relation = PRACTICE_ROWS.get(type(page))
    if relation is None:
        return
    rows = getattr(page, relation)
    named = [row.practice_id for row in rows.all()]
    seen = tokens_q(organization_tokens(page.organization_id))
    known = set(
        KnowledgePage.objects.live().filter(seen, pk__in=named).values_list("pk", flat=True)
    )
    rows.remove(*(row for row in rows.all() if row.practice_id not in known))


# Who may read what was made


def why_not_shared(page: KnowledgePage, level: str, co_owners: Iterable[int] | None = None) -> str:
    """Why `page` may not be shared at `level`, for what it was made from; "" if it may.

    `co_owners` as in `OrganizationOwnedPage.why_not_shared`.
    """
    sources = _sources_of(page)
    if not sources:
        return ""
    if co_owners is None:
        co_owners = [each.pk for each in page.co_organizations.all()]
    owners = set(co_owners)
    for each in sources:
        grounds = _grounds(page, each)
        if any(ground.allows(level, owners) for ground in grounds):
            continue
        said = {
            "organization": each.source_organization.name,
            "level": SharingLevel(
                max((ground.widest for ground in grounds), key=WIDTH.index)
            ).label,
        }
        if any(ground.allows(level, ()) for ground in grounds):
            return (
                _(
                    "It was adapted from a page of %(organization)s: shared like this, only "
                    "parties to the agreement that allows it can own it with you."
                )
                % said
            )
        return (
            _(
                "It was adapted from a page of %(organization)s, which lets you share it at most "
                "with: %(level)s."
            )
            % said
        )
    return ""


def why_not_licensed(page: KnowledgePage) -> str:
    """Why `page` may not have its licence, for what it was made from; "" if it may."""
    for each in _sources_of(page):
        if each.licence not in PERMISSIVE and page.licence != each.licence:
            return _("It was adapted from a page under “%(licence)s”: it keeps this licence.") % {
                "licence": each.get_licence_display()
            }
    return ""


def levels_of_version(page: KnowledgePage, home: OrganizationPage) -> list[str]:
    """The levels at which a version of `page` could be shared today, the narrowest first."""
    grounds = [Ground(SharingLevel.ORGANIZATION), *_given(page, home.organization_id)]
    return [level for level in WIDTH if any(ground.allows(level, ()) for ground in grounds)]


def _given(source: KnowledgePage, organization_id: int) -> list[Ground]:
    level = licensed_level(source)
    licence = [Ground(level)] if level else []
    return licence + grounds_of_agreements(source.specific, organization_id)


def _sources_of(page: KnowledgePage) -> Sequence[Adaptation]:
    return list(page.adaptations.all()) if page.pk else []


def _grounds(page: KnowledgePage, made_from: Adaptation) -> list[Ground]:
    """What lets `page` have readers: its own people, a licence, agreements in force, its past."""
    grounds = [Ground(SharingLevel.ORGANIZATION, frozenset()), *_as_published(page)]
    if made_from.licensed_level:
        grounds.append(Ground(made_from.licensed_level))
    source = made_from.source
    if source is not None and source.live:
        grounds += grounds_of_agreements(source.specific, page.organization_id)
    return grounds


def _as_published(page: KnowledgePage) -> list[Ground]:
    """What was rightly published stays, and can be corrected, when the agreement is over."""
    row = KnowledgePage._base_manager.filter(pk=page.pk, live=True).first()
    if row is None:
        return []
    if row.sharing_level in (SharingLevel.PUBLIC, SharingLevel.COMMUNITY):
        return [Ground(row.sharing_level)]
    return [Ground(row.sharing_level, frozenset(each.pk for each in row.co_organizations.all()))]
