"""The demo, loaded as a whole: what stands there, who may see it, who may sign in."""

import dataclasses
import datetime
import stat

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from core.models import HomePage, SiteSettings, User
from demo.accounts import accounts_file
from demo.content import PageEntry, read_scenario
from demo.loader import load_demo
from demo.models import LoadedItem
from organizations.models import (
    CommunityMembership,
    CommunityRole,
    Organization,
    OrganizationPage,
    OrganizationRoleGroup,
)
from practices.completeness import is_filled
from practices.models import KnowledgePage, PracticeSheetPage

# What a test changes is undone; the mark also keeps this file before the tests that commit, which
# leave the database empty.
pytestmark = pytest.mark.django_db

SCENARIO = read_scenario()
# Names in the files that are not those of the fields.
FIELDS = {
    "applies": "applications",
    "practices": "lesson_practices",
    "adapted_from": "adaptations",
}
FLOW = {"slug", "type", "organization", "state", "author", "approved_by", "published_on"}
FLOW |= {"rejection_comment", "life_cycle", "remarks", "fr", "en"}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo in a database of its own transaction, undone after this file's tests."""
    from django.conf import settings
    from django.db import transaction

    folder = tmp_path_factory.mktemp("demo")
    kept = settings.DATA_DIR, settings.MEDIA_ROOT
    settings.DATA_DIR, settings.MEDIA_ROOT = folder, folder / "media"
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield load_demo()
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)
            settings.DATA_DIR, settings.MEDIA_ROOT = kept


def page_of(entry: PageEntry, language: str = "fr") -> KnowledgePage:
    page = entry.model.objects.get(slug=entry.data[language].get("slug", entry.slug))
    return page if page.live else page.get_latest_revision_as_object()


def test_all_pages_are_there_in_their_languages(demo):
    languages = [language for entry in SCENARIO.pages for language in entry.languages]
    pages = KnowledgePage.objects.all()
    assert pages.filter(locale__language_code="fr").count() == languages.count("fr")
    assert pages.filter(locale__language_code="en").count() == languages.count("en")
    assert Organization.objects.count() == len(SCENARIO.organizations)
    assert demo.created == LoadedItem.objects.count()


@pytest.mark.parametrize("entry", SCENARIO.pages, ids=lambda entry: entry.slug)
def test_all_that_a_file_says_stands_on_the_page(demo, entry):
    for language in entry.languages:
        page = page_of(entry, language)
        for key in entry.data.keys() - FLOW:
            if entry.data[key] is not False:
                assert is_filled(getattr(page, FIELDS.get(key, key))), (language, key)
        for key in entry.data[language].keys() - {"slug"}:
            assert is_filled(getattr(page, key)), (language, key)
        assert page.title == entry.data[language]["title"]
        assert page.organization.slug == entry.data["organization"]
        page.full_clean()


def test_translations_belong_together(demo):
    for entry in SCENARIO.pages:
        if "en" in entry.languages:
            french, english = page_of(entry), page_of(entry, "en")
            assert french.translation_key == english.translation_key
            assert english.get_parent().locale == english.locale
            assert [t.slug for t in french.themes.all()] == [t.slug for t in english.themes.all()]
            # So that its editors are shown what changes in the original from now on.
            assert english.translation_source.source_id == french.pk


@pytest.mark.parametrize("entry", SCENARIO.pages, ids=lambda entry: entry.slug)
def test_every_page_stands_where_the_story_has_it(demo, entry):
    page = entry.model.objects.get(slug=entry.slug)
    state = WorkflowState.objects.for_instance(page).first()
    author = User.objects.get(username=entry.data["author"])
    expected = {
        "draft": None,
        "in_review": WorkflowState.STATUS_IN_PROGRESS,
        "rejected": WorkflowState.STATUS_NEEDS_CHANGES,
        "live": WorkflowState.STATUS_APPROVED,
    }[entry.data["state"]]
    assert (state.status if state else None) == expected
    assert page.live == (entry.data["state"] == "live")
    assert page.latest_revision.user == page.owner == author
    if state is not None:
        assert state.requested_by == author
    if page.live:
        assert page.live_revision == page.latest_revision
        assert not page.has_unpublished_changes
        published = timezone.localtime(page.first_published_at)
        assert published.date() == entry.data["published_on"]
        assert state.current_task_state.finished_by.username == entry.data["approved_by"]
        assert state.current_task_state.revision == page.live_revision
        assert state.created_at < state.current_task_state.finished_at == page.first_published_at
    if entry.data["state"] in {"in_review", "rejected"}:
        assert timezone.now() - state.created_at < datetime.timedelta(days=15), "waits since long"
    if entry.data["state"] == "rejected":
        task = TaskState.objects.get(workflow_state=state)
        assert task.comment == entry.data["rejection_comment"].strip()


def test_histories_read_as_if_they_had_happened_then(demo):
    for entry in SCENARIO.pages:
        page = entry.model.objects.get(slug=entry.slug)
        lines = PageLogEntry.objects.filter(page=page.pk, action__startswith="wagtail.")
        lines = lines.order_by("timestamp")
        assert lines.first().user == page.owner
        assert lines.first().timestamp < timezone.now() - datetime.timedelta(days=12)
        if page.live:
            actions = list(lines.values_list("action", flat=True))
            assert {"wagtail.create", "wagtail.workflow.start", "wagtail.publish"} <= set(actions)
            assert lines.last().timestamp == page.first_published_at


def test_who_sees_what(demo):
    visible = KnowledgePage.objects.live().filter(locale__language_code="fr")
    levels = {entry.slug: entry.data["sharing_level"] for entry in SCENARIO.pages}
    owners = {entry.slug: entry.data["organization"] for entry in SCENARIO.pages}

    def seen_by(user) -> set[str]:
        return set(visible.visible_to(user).values_list("slug", flat=True))

    everyone = seen_by(AnonymousUser())
    assert {levels[slug] for slug in everyone} == {"public"}
    member = seen_by(User.objects.get(username="patrice-gagnon"))
    more = member - everyone
    assert {levels[slug] for slug in more} == {"community", "organization"}
    assert {owners[slug] for slug in more if levels[slug] == "organization"} == {"bipn"}


def test_the_accounts_sign_in_with_the_passwords_of_the_file(demo, client):
    lines = accounts_file().read_text("utf-8").splitlines()
    assert stat.S_IMODE(accounts_file().stat().st_mode) == 0o600
    passwords = {words[0]: words[1] for words in map(str.split, lines[3:])}
    assert set(passwords) == {"admin", *(person.key for person in SCENARIO.people)}
    # One for each organization, and one for the administrator.
    assert len(set(passwords.values())) == len(SCENARIO.organizations) + 1
    for username in ("admin", "maika-tremblay-nguyen", "karim-benali", "nadine-saint-fleur"):
        assert client.login(username=username, password=passwords[username])
        assert client.get("/admin/").status_code == 200
        client.logout()


def test_the_pages_open_for_readers(demo, client):
    for entry in SCENARIO.pages[::9]:
        if entry.data["state"] == "live" and entry.data["sharing_level"] == "public":
            answer = client.get(page_of(entry).url)
            assert answer.status_code == 200
            assert entry.data["fr"]["title"] in answer.context["page"].title
    for page in [*HomePage.objects.all(), *OrganizationPage.objects.all()]:
        assert client.get(page.url).status_code == 200


def test_the_community_has_its_name_and_its_front_page(demo):
    assert SiteSettings.objects.get().community_name_en == SCENARIO.home["community"]["name_en"]
    headlines = set(HomePage.objects.values_list("headline", flat=True))
    assert headlines == {SCENARIO.home[language]["headline"] for language in ("fr", "en")}


def test_logos_and_pictures_lie_in_the_collection_of_their_organization(demo):
    for organization in Organization.objects.all():
        assert organization.logo.collection == organization.collection
    for page in PracticeSheetPage.objects.exclude(image=None):
        assert page.image.collection == page.organization.collection


def test_a_second_load_changes_nothing_and_keeps_the_passwords(demo):
    before = accounts_file().read_text("utf-8")
    with CaptureQueriesContext(connection) as queries:
        again = load_demo()
    assert (again.created, again.updated, again.accounts) == (0, 0, [])
    assert not [each for each in queries if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert accounts_file().read_text("utf-8") == before


def test_organizations_get_the_groups_of_roles_that_are_new_since_the_last_load(demo):
    LoadedItem.objects.filter(key="rights of the roles").update(digest="of an earlier version")
    OrganizationRoleGroup.objects.filter(role="reviewer").delete()

    again = load_demo()

    assert (again.created, again.updated) == (0, 1)
    groups = OrganizationRoleGroup.objects.filter(role="reviewer")
    assert groups.count() == Organization.objects.count()
    assert User.objects.get(username="samuel-quirion").has_perm("wagtailadmin.access_admin")


def test_the_community_has_its_people(demo):
    found = CommunityMembership.objects.values_list("role", flat=True)
    assert set(found) == set(CommunityRole.values)


def test_a_changed_file_changes_its_page_only(demo):
    entry = next(each for each in SCENARIO.pages if each.slug == "examen-en-deux-temps")
    data = {**entry.data, "fr": {**entry.data["fr"], "title": "Examen, puis équipe"}}
    changed = [
        dataclasses.replace(each, data=data) if each is entry else each for each in SCENARIO.pages
    ]
    again = load_demo(dataclasses.replace(SCENARIO, pages=tuple(changed)))
    page = page_of(entry)
    assert (again.created, again.updated) == (0, 1)
    assert page.title == "Examen, puis équipe"
    assert page.live_revision == page.latest_revision
    assert page.building_blocks
    assert timezone.localtime(page.first_published_at).date() == entry.data["published_on"]


def test_passwords_are_made_anew_when_asked_or_when_their_file_is_lost(demo):
    before = accounts_file().read_text("utf-8")
    assert load_demo(reset_passwords=True).accounts
    asked = accounts_file().read_text("utf-8")
    accounts_file().unlink()
    assert load_demo().accounts
    lost = accounts_file().read_text("utf-8")
    assert len({before, asked, lost}) == 3


def test_pages_of_the_demo_have_lived(demo, client):
    lived = [entry for entry in SCENARIO.pages if "life_cycle" in entry.data]
    assert lived
    for entry in lived:
        expected = entry.data["life_cycle"]
        for language in entry.languages:
            page = page_of(entry, language)
            moves = [each for each in expected if "to" in each]
            if moves:
                assert page.state == moves[-1]["to"]
                html = client.get(page.get_url()).content.decode()
                assert html_words(moves[-1][language]) in html_words(html)
            days = [each["day"] for each in expected if "verified" in each]
            if days:
                assert page.last_verified_on == days[-1]
        lines = PageLogEntry.objects.filter(page=page.pk, action__startswith="practices.")
        told = [
            timezone.localtime(each).date() for each in lines.values_list("timestamp", flat=True)
        ]
        assert sorted(told) == [each["day"] for each in expected]


def test_a_page_of_the_demo_was_adapted_and_its_authors_were_asked_about_it(demo, client):
    [adapted] = [entry for entry in SCENARIO.pages if "adapted_from" in entry.data]
    source = PracticeSheetPage.objects.get(slug=adapted.data["adapted_from"])
    version = page_of(adapted)
    assert version.adaptations.get().source_id == source.pk
    assert version.title in client.get(source.get_url()).content.decode()
    [asked] = [entry for entry in SCENARIO.pages if "remarks" in entry.data]
    [expected] = asked.data["remarks"]
    remark = page_of(asked).remarks.get()
    assert (remark.text, remark.author.username) == (expected["text"], expected["by"])
    assert timezone.localtime(remark.answered_at).date() == expected["answer"]["day"]
    lines = PageLogEntry.objects.filter(page=remark.page_id, action="practices.answer")
    assert lines.get().timestamp == remark.answered_at
    client.force_login(User.objects.get(username=expected["answer"]["by"]))
    door = reverse("remarks", args=[remark.page.persistent_id])
    assert expected["answer"]["text"].splitlines()[0] in client.get(door).content.decode()


def html_words(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())
