"""An organization with something of everything, its people, and a stranger from another."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import wagtail_factories
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from accounts.models import Invitation
from core.models import User
from notifications.models import Notice, SavedSearch
from notifications.saved_searches import token_of
from organizations.models import (
    CommunityMembership,
    DecisionLetter,
    Membership,
    Organization,
    Role,
)
from organizations.moderation.appeals import file_appeal
from organizations.moderation.plans import configure_steps
from organizations.services import reject, submit_for_moderation
from practices.models import LessonPage
from practices.remarks import write_remark
from tests.organizations.agreements import drafted, leader_of, signed
from tests.organizations.factories import contributor, editor, moderator, organization
from tests.practices.factories import term

ROLES = ["anonymous", "stranger", "contributor", "editor", "moderator", "lead", "superuser"]
# People of an organization that an agreement binds to this one.
PARTNERS = ["partner", "partner_lead"]
# Two words in the name of all that the organization keeps to itself: one to search for, which an
# answer may repeat, and one that no answer to a stranger may hold.
SOUGHT, HIDDEN = "ornithorynque", "zorglub"
SECRET = f"{SOUGHT} {HIDDEN}"


def draft(parent: Page, author: User, title: str, **fields: Any) -> LessonPage:
    """A lesson that `author` drafted below `parent`."""
    page = LessonPage(title=title, summary="Ce que c’est.", live=False, owner=author, **fields)
    parent.add_child(instance=page)
    page.save_revision(user=author)
    return page


def published(parent: Page, author: User, title: str, **fields: Any) -> LessonPage:
    """A published lesson below `parent`."""
    page = draft(parent, author, title, **fields)
    page.get_latest_revision().publish()
    page.refresh_from_db()
    return page


@dataclass
class World:
    """Everything that the tests of permissions name."""

    organization: Organization
    other: Organization
    people: dict[str, User]
    pages: dict[str, Page] = field(default_factory=dict)
    ids: dict[str, Any] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """A browser in which the person of `role` has signed in."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role])
        return client

    def user(self, role: str) -> User | AnonymousUser:
        """The person of `role`, fresh from the database."""
        if role == "anonymous":
            return AnonymousUser()
        return User.objects.get(pk=self.people[role].pk)


def ask(client: Client, path: str, method: str = "get", **data: Any) -> Any:
    """The answer to a request; that of its address in French where there is no other.

    What is not found is looked for once more under the address of the reader's language.
    """
    answer = getattr(client, method)(path, **data)
    if answer.streaming:
        b"".join(answer.streaming_content)  # read to its end, a file is closed
    if answer.status_code == 302 and answer["Location"].startswith(f"/fr{path.split('?')[0]}"):
        return client.get(answer["Location"])
    return answer


def build_world() -> World:
    """One organization's pages in every state, its files, its agreement, and its people."""
    own, other = organization("rives"), organization("ailleurs")
    partner = organization("alliee")
    rights = {"may_adapt": True, "may_comment": True, "may_cross_review": True}
    agreement = signed(own, partner, title_fr=f"{SECRET} entente", **rights)
    their_draft = drafted(other, partner)
    world = World(
        own,
        other,
        {
            "stranger": editor("stranger", member_of=other),
            "contributor": contributor("contributor", member_of=own),
            "editor": editor("editor", member_of=own),
            "moderator": moderator("moderator", member_of=own),
            "lead": leader_of(own),
            "partner": editor("partner", member_of=partner),
            "partner_lead": leader_of(partner),
            "superuser": User.objects.create_superuser("root", "root@example.org", "a long secret"),
        },
    )
    home = own.pages.get(locale__language_code="fr")
    writer = world.people["contributor"]
    image = wagtail_factories.ImageFactory(title=f"{SECRET} image", collection=own.collection)
    document = document_in(own, f"{SECRET} document")
    offered = document_in(own, f"{SECRET} offert")
    waiting = draft(home, writer, f"{SECRET} en attente")
    state = submit_for_moderation(waiting, user=writer)
    world.pages = {
        "home": home,
        "public": published(
            home,
            world.people["editor"],
            "Une leçon publique",
            lesson=f'<p><a linktype="document" id="{offered.pk}">annexe</a></p>',
        ),
        "community": published(
            home, writer, "Une leçon de la communauté", sharing_level="community"
        ),
        "organization": published(
            home, writer, f"{SECRET} interne", sharing_level="organization", image=image
        ),
        "partners": published(
            home, writer, "Une leçon entre partenaires", sharing_level="partners"
        ),
        # The contributor's own draft, the editor's, and one that waits for a moderator.
        "draft": draft(home, writer, f"{SECRET} brouillon"),
        "editors_draft": draft(home, world.people["editor"], f"{SECRET} autre brouillon"),
        "waiting": waiting,
        "foreign": draft(
            other.pages.get(locale__language_code="fr"), world.people["stranger"], "Chez eux"
        ),
    }
    write_remark(
        world.pages["partners"],
        user=world.people["partner"],
        organization=partner,
        text=f"{SECRET} remarque",
    )
    saved = SavedSearch.objects.create(
        user=world.people["moderator"], name=f"{SECRET} recherche", language="fr"
    )
    world.ids = {
        "saved_search": saved.pk,
        "stop_token": token_of(saved),
        **{name: page.pk for name, page in world.pages.items()},
        "image": image.pk,
        "document": document.pk,
        "offered": offered.pk,
        "theme": term("theme", "partage").slug,
        "revision": waiting.latest_revision_id,
        "workflow_state": state.pk,
        "task_state": state.current_task_state_id,
        "task": own.approval_task.pk,
        "workflow": own.workflow_id,
        "collection": own.collection_id,
        "agreement": agreement.pk,
        "their_draft": their_draft.pk,
        "rives": own.pk,
        "ailleurs": other.pk,
        "group": own.role_groups.get(role=Role.EDITOR).group_id,
        "user": writer.pk,
        "notice": Notice.objects.get(recipient=world.people["moderator"], kind="submitted").pk,
        "plan": configure_steps(own, steps=[("organization", 1)]).pk,
        "their_plan": configure_steps(other, steps=[("organization", 1)]).pk,
        "membership": Membership.objects.get(user=writer).pk,
        "invitation": Invitation.objects.create(
            email=f"{SOUGHT}@{HIDDEN}.example",
            organization=own,
            expires_at=timezone.now() + timedelta(days=1),
        ).pk,
        "community_role": CommunityMembership.objects.get(user=world.people["superuser"]).pk,
        "their_membership": Membership.objects.get(user=world.people["stranger"]).pk,
    }
    return world


def add_appeal(world: World) -> None:
    """A text of the organization that was refused, its letter, and the appeal of its author."""
    writer = world.people["contributor"]
    page = draft(world.pages["home"], writer, f"{SECRET} refusée")
    submit_for_moderation(page, user=writer)
    reject(page, user=world.people["moderator"], comment=f"{SECRET} à revoir")
    letter = DecisionLetter.objects.get(page=page)
    appeal = file_appeal(letter, user=writer, statement=f"{SECRET} à relire")
    world.ids |= {"letter": letter.pk, "appeal": appeal.pk}


def document_in(owner: Organization, title: str) -> Any:
    document = get_document_model()(title=title, collection=owner.collection)
    document.file.save("annexe.txt", ContentFile(b"Des chiffres."))
    return document
