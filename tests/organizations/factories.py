"""Organizations with all they need, and people in their roles."""

from functools import partial
from itertools import count

from core.models import User
from organizations.models import CommunityMembership, CommunityRole, Organization, Role
from organizations.services import add_member, create_organization

_numbers = count(1)


def organization(slug: str = "", **fields: str) -> Organization:
    """A provisioned organization."""
    slug = slug or f"organisation-{next(_numbers)}"
    found = Organization.objects.filter(slug=slug).first()
    return found or create_organization(
        slug=slug, name_fr=f"{slug.capitalize()} (fr)", name_en=f"{slug} (en)", **fields
    )


def person(name: str = "", *, member_of: Organization | None = None, role: str = "") -> User:
    """An account with the password “a long secret”, perhaps in an organization."""
    name = name or f"personne-{next(_numbers)}"
    user = User.objects.create_user(name, f"{name}@example.org", "a long secret")
    if member_of is not None:
        add_member(member_of, user=user, role=role or Role.CONTRIBUTOR)
    return user


contributor = partial(person, role=Role.CONTRIBUTOR)
reviewer = partial(person, role=Role.REVIEWER)
editor = partial(person, role=Role.EDITOR)
moderator = partial(person, role=Role.MODERATOR)
lead = partial(person, role=Role.LEAD)


def validator(name: str = "", role: str = CommunityRole.STEERING) -> User:
    """A person of the community's steering group, or in another of its roles."""
    user = person(name)
    CommunityMembership.objects.create(user=user, role=role)
    return user
