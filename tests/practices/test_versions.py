import datetime

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone
from wagtail.models import PageLogEntry

from organizations.models import Membership, Organization, Role
from practices.models import Contribution, PracticeApplication, PracticeCompetency, StatusChange
from taxonomy.models import Term
from tests.organizations.factories import person
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)

pytestmark = pytest.mark.django_db


def publish(page, day, **fields):
    """Publish `page` with these fields as if it had been done on `day`; fresh from the database."""
    for name, value in fields.items():
        setattr(page, name, value)
    revision = page.save_revision()
    revision.publish()
    moment = timezone.make_aware(datetime.datetime.fromisoformat(f"{day}T10:00"))
    type(revision).objects.filter(pk=revision.pk).update(created_at=moment)
    PageLogEntry.objects.filter(page=page.pk, revision=revision).update(timestamp=moment)
    return type(page).objects.get(pk=page.pk)


def three_versions(**fields):
    sheet = PracticeSheetFactory(live=False, **fields)
    sheet = publish(sheet, "2024-03-12", problem="<p>Le premier problème.</p>")
    sheet = publish(sheet, "2024-05-30", problem="<p>Le deuxième problème.</p>")
    return publish(sheet, "2025-01-15", problem="<p>Le troisième problème, <b>précisé</b>.</p>")


def read(client, path, status=200):
    response = client.get(path)
    assert response.status_code == status, path
    return BeautifulSoup(response.content, "html5lib")


def days(client, page):
    links = read(client, f"{page.get_url()}versions/").select(".versions a[href*='versions/2']")
    found = [link["href"].split("versions/")[1] for link in links]
    return [each.strip("/") for each in found if "chang" not in each]


def test_readers_find_each_published_version_and_never_a_draft(client):
    sheet = three_versions()
    sheet.problem = "<p>Un brouillon secret.</p>"
    sheet.save_revision()
    address = f"{sheet.get_url()}versions/"

    assert read(client, sheet.get_url()).select_one(".page-tools a[href$='/versions/']")
    assert days(client, sheet) == ["2024-05-30", "2024-03-12"]
    former = read(client, f"{address}2024-03-12/")
    assert "premier problème" in former.select_one("#problem").parent.get_text()
    assert former.select_one('meta[name="robots"]')["content"] == "noindex"
    assert former.select_one('link[rel="canonical"]')["href"].endswith(sheet.get_url())
    assert "?version=2024-03-12" in former.select_one(".reuse cite").parent.get_text()
    for path in ["", "2024-03-12/", "2024-03-12/changements/", "?since=2024-04-01"]:
        response = client.get(address + path, follow=True)
        assert response.status_code == 200
        assert "secret" not in response.content.decode()


def test_a_day_between_two_versions_leads_to_the_one_that_readers_had(client):
    sheet = three_versions()
    address = f"{sheet.get_url()}versions/"

    assert client.get(f"{address}2024-04-01/").url == f"{address}2024-03-12/"
    assert client.get(f"{address}2026-01-01/").url == sheet.get_url()
    assert client.get(f"{address}?since=2024-06-01").url == f"{address}2024-05-30/changements/"
    lasting = f"/id/{sheet.persistent_id}/?version=2024-03-12"
    assert client.get(lasting).url == f"{address}2024-03-12/"
    for wrong in [
        "2020-01-01/",
        "hier/",
        "2024-13-45/",
        "hier/changements/",
        "2020-01-01/changements/",
    ]:
        assert client.get(address + wrong).status_code == 404, wrong
    hier = client.get(f"/id/{sheet.persistent_id}/?version=hier", follow=True)
    assert hier.status_code == 404
    for wrong in ["hier", "2020-01-01"]:
        assert read(client, f"{address}?since={wrong}").select_one('[role="alert"]'), wrong


def test_what_changed_is_told_in_words_and_escaped(client):
    sheet = three_versions()
    publish(
        sheet,
        "2025-02-01",
        summary="Ce que c’est <script>alert(1)</script>",
        themes=[term("theme", "feedback", label_fr="Rétroaction")],
    )
    address = f"{sheet.get_url()}versions/2024-05-30/changements/"

    page = read(client, address)
    labels = [each.h2.get_text(strip=True) for each in page.select(".change")]
    assert labels == ["Résumé", "Problème", "Thèmes(nouveau)"]
    problem = page.select(".change")[1]
    assert "deuxième" in problem.select_one("del").get_text()
    assert "troisième" in problem.select_one("ins").get_text()
    assert not page.select("main script")
    between = read(client, f"{sheet.get_url()}versions/2024-03-12/changements/?until=2024-05-30")
    assert "précisé" not in between.main.get_text()
    assert "premier" in between.select_one("del").get_text()


def test_english_readers_have_english_addresses(client):
    organization_page(language="en")
    sheet = PracticeSheetFactory(live=False, parent=organization_page(language="en"))
    sheet = publish(publish(sheet, "2024-03-12"), "2024-05-30", problem="<p>A problem.</p>")

    page = read(client, f"{sheet.get_url()}versions/2024-03-12/changes/")
    assert page.h1.get_text() == "What changed"
    assert client.get(f"{sheet.get_url()}versions/2024-03-12/changements/").status_code == 404


def test_a_version_that_was_for_fewer_readers_is_not_for_those_of_today(client):
    organization = organization_page().organization
    inside = person("dedans", member_of=organization, role=Role.CONTRIBUTOR)
    partner = Organization.objects.create(slug="autre", name_fr="Autre")
    outside = person("dehors")
    Membership.objects.create(user=outside, organization=partner, role=Role.LEAD)
    sheet = PracticeSheetFactory(live=False)
    sheet = publish(sheet, "2024-01-01", sharing_level="organization", problem="<p>Interne.</p>")
    sheet = publish(sheet, "2024-02-01", sharing_level="partners", problem="<p>Partagé.</p>")
    sheet = publish(sheet, "2024-03-01", sharing_level="community", problem="<p>Commun.</p>")
    sheet = publish(sheet, "2024-04-01", sharing_level="public", problem="<p>Public.</p>")
    publish(sheet, "2024-05-01", problem="<p>Présent.</p>")

    def found(user):
        if user:
            client.force_login(user)
        return days(client, sheet)

    assert found(None) == ["2024-04-01"]
    assert client.get(f"{sheet.get_url()}versions/2024-03-01/").status_code == 404
    assert found(outside) == ["2024-04-01", "2024-03-01"]
    assert found(inside) == ["2024-04-01", "2024-03-01", "2024-02-01", "2024-01-01"]


def test_whoever_may_not_read_the_page_finds_none_of_its_versions(client):
    sheet = three_versions()
    type(sheet).objects.filter(pk=sheet.pk).update(sharing_level="organization")
    for path in ["", "2024-03-12/", "2024-03-12/changements/"]:
        assert client.get(f"{sheet.get_url()}versions/{path}").status_code == 404


def test_what_was_withdrawn_stays_withdrawn(client):
    sheet = three_versions()
    sheet.unpublish()
    assert client.get(f"{sheet.get_url()}versions/").status_code == 404
    sheet = publish(type(sheet).objects.get(pk=sheet.pk), "2027-01-01", problem="<p>Neuf.</p>")

    assert days(client, sheet) == []
    assert client.get(f"{sheet.get_url()}versions/2024-03-12/").status_code == 404


def test_a_revision_that_was_written_over_after_it_was_published_is_no_version(client):
    sheet = three_versions()
    former = sheet.revisions.order_by("created_at").first()
    former.created_at = timezone.now()
    former.save()

    assert days(client, sheet) == ["2024-05-30"]


def test_a_lesson_that_became_anonymous_hides_the_versions_that_named_people(client):
    lesson = LessonFactory(live=False, contributions=[Contribution(name="Zoé Nommée")])
    lesson = publish(lesson, "2024-01-01")
    lesson = publish(lesson, "2024-02-01", anonymous_by_proxy=True)
    lesson = publish(lesson, "2024-03-01", lesson="<p>Autrement dit.</p>")

    assert days(client, lesson) == ["2024-02-01"]
    for path in ["", "2024-02-01/", "2024-02-01/changements/"]:
        html = client.get(f"{lesson.get_url()}versions/{path}").content.decode()
        assert "Zoé" not in html


def test_a_case_tells_of_no_practice_that_its_reader_may_not_see_in_any_version(client):
    hidden = PracticeSheetFactory(title="Fiche secrète", sharing_level="organization")
    shown = PracticeSheetFactory(title="Fiche visible")
    case = CaseStudyFactory(live=False)
    rows = [PracticeApplication(practice=each, verdict="worked") for each in (hidden, shown)]
    case = publish(case, "2024-01-01", applications=rows)
    case = publish(case, "2024-02-01", applications=[])

    changed = client.get(f"{case.get_url()}versions/2024-01-01/changements/").content.decode()
    former = client.get(f"{case.get_url()}versions/2024-01-01/").content.decode()
    for html in (changed, former):
        assert "Fiche visible" in html
        assert "secrète" not in html


def test_a_term_that_is_gone_since_takes_no_version_with_it(client):
    sheet = PracticeSheetFactory(
        live=False,
        cost_class=term("cost_class", "cost-9"),
        competencies=[PracticeCompetency(dimension=term("competency", "dim-99"))],
    )
    sheet = publish(sheet, "2024-01-01")
    sheet = publish(sheet, "2024-02-01", cost_class=None, competencies=[])
    StatusChange.objects.all().delete()
    Term.objects.filter(slug__in=["cost-9", "dim-99"]).delete()

    read(client, f"{sheet.get_url()}versions/2024-01-01/")
    read(client, f"{sheet.get_url()}versions/2024-01-01/changements/")


def test_versions_take_few_queries_however_many_there_are(client, django_assert_max_num_queries):
    sheet = PracticeSheetFactory(
        live=False,
        themes=[term("theme", "feedback")],
        tags=["pairs"],
        contributions=[Contribution(name="Ada Roy")],
        cost_class=term("cost_class", "cost-2"),
    )
    case = CaseStudyFactory(live=False)
    for day in range(1, 8):
        sheet = publish(sheet, f"2024-01-0{day}", problem=f"<p>Problème {day}.</p>")
        rows = [PracticeApplication(practice=sheet, verdict="worked")]
        case = publish(case, f"2024-01-0{day}", applications=rows, results=f"<p>{day} fois.</p>")
    for page in (sheet, case):
        for part in ["", "2024-01-02/", "2024-01-02/changements/?until=2024-01-05"]:
            address = f"{page.get_url()}versions/{part}"
            client.get(address)
            with django_assert_max_num_queries(12):
                assert client.get(address).status_code == 200
