"""Who belongs to an organization or serves the community, and as what."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from core.models import User
from organizations.models import (
    CommunityMembership,
    CommunityRole,
    Membership,
    Organization,
    Role,
    forget_standing,
)
from organizations.policies import require_administrator, require_manager

# Somebody accepted a role that `by` had offered. Invitations are sent in one room and notices in
# another, and neither knows the other: both know this one.
joined = Signal()


@transaction.atomic
def add_member(organization: Organization, *, user: User, role: str) -> Membership:
    """Give `user` a role in the organization; nothing changes when they already hold it.

    Raises `ValidationError` for a role that does not exist.
    """
    _check_role(role)
    membership, _made = Membership.objects.get_or_create(
        organization=organization, user=user, role=role
    )
    return membership


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User) -> Membership:
    """Give the person another role in the same organization.

    Raises `PermissionDenied` for who does not manage its members, `ValidationError` for a role
    that does not exist or is held already, for one's own role, and for the last lead.
    """
    require_manager(membership.organization, by)
    _check_role(role)
    if membership.user_id == by.pk and not by.is_superuser:
        raise ValidationError(_("Ask another lead to change your own role."))
    others = Membership.objects.filter(
        organization=membership.organization_id, user=membership.user_id, role=role
    )
    if others.exclude(pk=membership.pk).exists():
        raise ValidationError({"role": _("This person holds this role already.")})
    former = Membership.objects.get(pk=membership.pk).role
    if former == Role.LEAD and role != Role.LEAD:
        _keep_a_lead(membership, by)
    membership.role = role
    membership.save(update_fields=["role"])
    log(membership, "wagtail.edit", user=by)
    return membership


@transaction.atomic
def remove_member(
    organization: Organization, *, user: User, role: str = "", by: User | None = None
) -> None:
    """Take a role in the organization, or all of them, away from `user`; what they wrote stays.

    `by` is who asks for it, or nobody where the site itself does. Raises as `change_role` does.
    """
    memberships = Membership.objects.filter(organization=organization, user=user)
    if role:
        memberships = memberships.filter(role=role)
    if by is not None:
        require_manager(organization, by)
        if user == by and not by.is_superuser:
            raise ValidationError(_("Ask another lead to take your own role away."))
    for membership in memberships:
        if by is not None:
            if membership.role == Role.LEAD:
                _keep_a_lead(membership, by)
            log(membership, "wagtail.delete", user=by)
        membership.delete()
    forget_standing(user)


def _check_role(role: str) -> None:
    if role not in Role.values:
        raise ValidationError(
            _("No role “%(role)s”. Known: %(known)s.")
            % {"role": role, "known": ", ".join(Role.values)}
        )


def _keep_a_lead(membership: Membership, by: User) -> None:
    """Refuse to leave the organization without a lead; who runs the site may, and mends it."""
    # Two leads who remove each other at once come here one after the other.
    organization = Organization.objects.select_for_update().get(pk=membership.organization_id)
    leads = Membership.objects.filter(
        organization=organization, role=Role.LEAD, user__is_active=True
    )
    if not by.is_superuser and not leads.exclude(pk=membership.pk).exists():
        raise ValidationError(
            _("%(organization)s would have no lead: give this role to somebody else first.")
            % {"organization": organization}
        )


# The community


@transaction.atomic
def give_community_role(*, user: User, role: str, by: User) -> CommunityMembership:
    """Give `user` a role for the whole community; nothing changes when they already hold it.

    Administrators are superusers: the two are kept in step (see `organizations.signals`). Raises
    `PermissionDenied` for who does not run the site, `ValidationError` for an unknown role.
    """
    require_administrator(by)
    if role not in CommunityRole.values:
        raise ValidationError(
            _("No role “%(role)s”. Known: %(known)s.")
            % {"role": role, "known": ", ".join(CommunityRole.values)}
        )
    membership, made = CommunityMembership.objects.get_or_create(user=user, role=role)
    if made:
        log(membership, "wagtail.create", user=by)
    return membership


@transaction.atomic
def take_community_role(membership: CommunityMembership, *, by: User) -> None:
    """Take a role for the whole community away.

    Raises `PermissionDenied` for who does not run the site, `ValidationError` for the last
    administrator.
    """
    require_administrator(by)
    if membership.role == CommunityRole.ADMINISTRATOR:
        keep_an_administrator(membership.user)
    log(membership, "wagtail.delete", user=by)
    membership.delete()


def keep_an_administrator(user: User) -> None:
    """Refuse, with a `ValidationError`, to leave the site without anybody who runs it but `user`.

    Inside a transaction: two who leave at once come here one after the other.
    """
    running = User.objects.select_for_update().filter(is_superuser=True, is_active=True)
    if not [each for each in running.order_by("pk") if each != user]:
        raise ValidationError(
            _("Nobody would be left to run the site: make somebody else an administrator first.")
        )
