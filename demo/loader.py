"""Loads the demo through the services, as the people of the scenario would have written it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.images import ImageFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    Locale,
    Site,
)
from wagtail.models.reference_index import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update
from wagtail.users.models import UserProfile

from core.markdown import markdown_to_rich_text
from core.models import HomePage, SiteSettings, User
from demo import accounts
from demo.agreements import make_agreement
from demo.content import IMAGES, PageEntry, Scenario, digest_of, read_scenario
from demo.events import tell_life, tell_remarks
from demo.history import Archive
from demo.models import LoadedItem
from demo.pages import World
from demo.writing import PageWriter
from organizations.models import (
    CommunityRole,
    DecisionKind,
    Organization,
    OrganizationPage,
    RegisterSettings,
    Role,
)
from organizations.moderation.plans import configure_steps
from organizations.permissions import FILE_PERMISSIONS, GENERAL_PERMISSIONS, PAGE_PERMISSIONS
from organizations.services import (
    add_member,
    create_organization,
    give_community_role,
    provision_organization,
)
from practices.models import PracticeSheetPage
from practices.translation_admin import take_over_source
from taxonomy.models import Term
from taxonomy.services import sync_terms

ADMINISTRATOR = "admin"
# What the roles may do; where it has changed since the last load, the groups must follow.
RIGHTS = {
    role: [
        sorted(rights[role]) for rights in (PAGE_PERMISSIONS, FILE_PERMISSIONS, GENERAL_PERMISSIONS)
    ]
    for role in Role.values
}
# What the file of organizations says beside the fields of the model.
NOT_FIELDS = {"slug", "territory", "logo", "steps"}


class DemoNotWelcome(Exception):
    """The database already serves other organizations."""


class Loaded:
    """What was done: counts by what happened, and the accounts that got a password."""

    def __init__(self) -> None:
        self.created = self.updated = self.unchanged = 0
        self.accounts: list[accounts.Account] = []


def load_demo(scenario: Scenario | None = None, *, reset_passwords: bool = False) -> Loaded:
    """Load the demo, or bring it up to date: what did not change in its files is left alone.

    All or nothing; an interrupted load is simply run again. Raises `DemoContentError` for files
    that are wrong, `DemoNotWelcome` where other organizations work already.
    """
    scenario = scenario or read_scenario()
    # Passwords that nobody can read any more are replaced.
    reset_passwords = reset_passwords or not accounts.accounts_file().exists()
    with (
        transaction.atomic(),
        override("fr"),
        _no_mail(),
        disable_reference_index_auto_update(),
    ):
        loaded = _Loader(scenario).run(reset_passwords=reset_passwords)
    if loaded.accounts:
        accounts.write_file(accounts.table(loaded.accounts))
    return loaded


@contextmanager
def _no_mail() -> Iterator[None]:
    """Nobody is written to about what happened in a story."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = backend


class _Loader:
    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.loaded = Loaded()
        self.digests = dict(LoadedItem.objects.values_list("key", "digest"))
        self.locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self.archive = Archive()
        self.indexed: list[Any] = []  # what the reference index must still read

    def run(self, *, reset_passwords: bool) -> Loaded:
        known = {each["slug"] for each in self.scenario.organizations}
        others = Organization.objects.exclude(slug__in=known)
        if others.exists() and not Organization.objects.filter(slug__in=known).exists():
            raise DemoNotWelcome(
                _(
                    "Organizations work here already (%(organization)s…): the demo is for an"
                    " empty database."
                )
                % {"organization": others.first()}
            )
        sync_terms()
        self._front()
        users = self._people(reset_passwords=reset_passwords)
        self.world = World(
            terms={
                (term.vocabulary.slug, term.slug): term
                for term in Term.objects.select_related("vocabulary")
            },
            organizations={},
            people={person.key: person for person in self.scenario.people},
            users=users,
            images={},
            sheets={},
        )
        self.writer = PageWriter(self.scenario, self.world, self.archive, self.indexed)
        self.has_new_rights = self._is_new("rights of the roles", digest_of(RIGHTS))
        for data in self.scenario.organizations:
            self._organization(data)
        for person in self.scenario.people:
            for slug, role in person.memberships:
                add_member(self.world.organizations[slug], user=users[person.key], role=role)
            for role in person.community:
                give_community_role(user=users[person.key], role=role, by=users[ADMINISTRATOR])
        self.homes = {
            (page.organization_id, page.locale_id): page for page in OrganizationPage.objects.all()
        }
        for entry in self.scenario.pages:
            self._page(entry)
        for each in self.scenario.agreements:
            if self._is_new(f"agreement {each['slug']}", digest_of(each)):
                make_agreement(each, self.world)
        self.archive.write()
        for entry in self.scenario.pages:
            self._events(entry)
        for item in self.indexed:
            ReferenceIndex.create_or_update_for_object(item)
        return self.loaded

    # What is loaded already

    def _is_new(self, key: str, digest: str) -> bool:
        """Whether `key` must be written; it counts as written from now on."""
        if self.digests.get(key) == digest:
            self.loaded.unchanged += 1
            return False
        if key in self.digests:
            self.loaded.updated += 1
        else:
            self.loaded.created += 1
        self.digests[key] = digest
        LoadedItem.objects.update_or_create(key=key, defaults={"digest": digest})
        return True

    # Around the pages

    def _front(self) -> None:
        """The home pages and the name of the community."""
        home = self.scenario.home
        if not self._is_new("home", digest_of(home)):
            return
        for language, locale in self.locales.items():
            page = HomePage.objects.filter(locale=locale, depth=2).first()
            if page is None or language not in home:
                continue
            page.headline = home[language]["headline"]
            page.introduction = markdown_to_rich_text(home[language]["introduction"])
            page.save_revision().publish()
        site = Site.objects.get(is_default_site=True)
        community = SiteSettings.for_site(site)
        community.community_name_fr = home["community"]["name_fr"]
        community.community_name_en = home["community"]["name_en"]
        community.contact_email = home["community"]["contact_email"]
        community.save()
        register = RegisterSettings.for_site(site)
        register.published_kinds = [DecisionKind.APPROVED.value, DecisionKind.WITHDRAWN.value]
        register.save()

    def _people(self, *, reset_passwords: bool) -> dict[str, User]:
        """The accounts by key, the administrator among them."""
        found = {user.username: user for user in User.objects.all()}
        fresh = {}
        if ADMINISTRATOR not in found:
            fresh[ADMINISTRATOR] = User(
                username=ADMINISTRATOR,
                email="admin@passerelle.example",
                first_name="Alix",
                last_name="Administration",
                is_superuser=True,
                is_staff=True,
            )
        for person in self.scenario.people:
            if person.key not in found:
                fresh[person.key] = User(
                    username=person.key,
                    email=person.email,
                    first_name=person.first_name,
                    last_name=person.last_name,
                )
        for user in fresh.values():
            user.set_unusable_password()
            user.save()
            UserProfile.objects.get_or_create(user=user, defaults={"preferred_language": "fr"})
        users = found | fresh
        ours = [ADMINISTRATOR, *(person.key for person in self.scenario.people)]
        reset_passwords = reset_passwords or bool(fresh)
        if reset_passwords:
            groups: dict[str, list[User]] = {ADMINISTRATOR: [users[ADMINISTRATOR]]}
            for person in self.scenario.people:
                groups.setdefault(person.memberships[0][0], []).append(users[person.key])
            passwords = accounts.set_passwords(groups.values())
            self.loaded.accounts = [
                accounts.Account(key, passwords[key], self._what(key)) for key in ours
            ]
        return {key: users[key] for key in ours}

    def _what(self, key: str) -> tuple[str, str]:
        """What an account may do, in French and English."""
        if key == ADMINISTRATOR:
            return "administration du site", "administrator of the site"
        person = next(person for person in self.scenario.people if person.key == key)
        names = {each["slug"]: each["acronym"] for each in self.scenario.organizations}
        words = []
        for language in ("fr", "en"):
            with override(language):
                roles = [f"{Role(role).label} ({names[slug]})" for slug, role in person.memberships]
                roles += [str(CommunityRole(role).label) for role in person.community]
                words.append(", ".join(roles))
        return words[0], words[1]

    def _organization(self, data: Any) -> None:
        fields = {key: data[key] for key in data if key not in NOT_FIELDS}
        slug = data["slug"]
        organization = Organization.objects.filter(slug=slug).first()
        if organization is None:
            organization = create_organization(slug=slug, territory=data["territory"], **fields)
        elif self.has_new_rights:
            provision_organization(organization)
        self.world.organizations[slug] = organization
        names = {data["logo"]}
        names |= {
            page.data["image"]
            for page in self.scenario.pages
            if page.data["organization"] == slug and "image" in page.data
        }
        assert organization.collection is not None
        for name in sorted(names):
            self.world.images[slug, name] = self._image(name, organization.collection)
        if self._is_new(f"organization {slug}", digest_of(data)):
            for key, value in fields.items():
                setattr(organization, key, value)
            organization.territory = self.world.terms["territory", data["territory"]]
            organization.logo = self.world.images[slug, data["logo"]]
            organization.save()
            provision_organization(organization)
            if "steps" in data:
                steps = [(step["kind"], step["number"]) for step in data["steps"]]
                configure_steps(organization, steps=steps)
            self.indexed.append(organization)

    def _image(self, name: str, collection: Collection) -> Image:
        """The picture `name` in the organization's collection.

        Pictures only decorate: the templates give them an empty text alternative.
        """
        path = IMAGES / name
        content = path.read_bytes()
        found = Image.objects.filter(collection=collection, title=path.stem).first()
        digest = hashlib.sha256(content).hexdigest()
        if not self._is_new(f"image {collection.pk} {name}", digest) and found is not None:
            return found
        image = found or Image(collection=collection, title=path.stem)
        if found is not None:
            found.renditions.all().delete()
        file_name = f"{collection.pk}-{name}"
        # A load that was interrupted can have left a file without its row.
        default_storage.delete(str(Path("original_images") / file_name))
        image.file = ImageFile(BytesIO(content), name=file_name)
        image._set_image_file_metadata()
        image.save()
        return image

    # Pages

    def _page(self, entry: PageEntry) -> None:
        organization = self.world.organizations[entry.data["organization"]]
        home = self.homes[organization.pk, self.locales["fr"].pk]
        page = entry.model.objects.child_of(home).filter(slug=entry.slug).first()
        is_new = self._is_new(f"page {entry.slug}", entry.digest)
        if is_new or page is None:
            page = self.writer.write(page, entry, "fr", home)
            for language in entry.languages[1:]:
                locale = self.locales[language]
                translation = self.writer.write(
                    page.get_translation_or_none(locale),
                    entry,
                    language,
                    self.homes[organization.pk, locale.pk],
                    original=page,
                )
                take_over_source(translation, page)
        if isinstance(page, PracticeSheetPage):
            self.world.sheets[entry.slug] = page

    def _events(self, entry: PageEntry) -> None:
        """What happened to the page since it was published."""
        life = entry.data.get("life_cycle")
        if life and self._is_new(f"life cycle {entry.slug}", entry.digest):
            tell_life(entry, self.world)
        remarks = entry.data.get("remarks")
        if remarks and self._is_new(f"remarks {entry.slug}", digest_of(remarks)):
            tell_remarks(entry, self.world)
