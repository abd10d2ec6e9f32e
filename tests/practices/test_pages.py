import datetime
import re

import pytest
import wagtail_factories
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.urls import resolve
from django.views.static import serve

from core.models import User
from organizations.models import Membership, Organization, Role
from practices.models import (
    Contribution,
    LessonPractice,
    PracticeApplication,
    PracticeCompetency,
    PracticeSheetPage,
    StatusChange,
    Verification,
)
from tests.pages import pages_of_each_type
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
    translation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def member():
    """Reads what the organization "essai" keeps to itself."""
    user = User.objects.create_user("membre", "membre@example.org")
    organization_page()
    Membership.objects.create(
        user=user, organization=Organization.objects.get(slug="essai"), role=Role.CONTRIBUTOR
    )
    return user


def read(client, page, status=200):
    response = client.get(page.get_url())
    assert response.status_code == status
    return BeautifulSoup(response.content, "html5lib")


def text_of(element):
    return re.sub(r"\s+", " ", element.get_text(" ")).strip()


def full_sheet(number=1, **fields):
    """A sheet with something in nearly every field."""
    assessment = term("theme", "assessment")
    return PracticeSheetFactory(
        title=f"Fiche complète {number}",
        problem="<p>Le problème.</p>",
        objective="<p>Le but.</p>",
        why_it_works="<p>Parce que.</p>",
        results="<p>Des effets.</p>",
        evidence_reason="<p>Deux études.</p>",
        building_blocks=[
            {
                "type": "building_block",
                "value": {
                    "title": "Préparer",
                    "aim": "Savoir où l’on va",
                    "steps": ["<p>Choisir</p>", "<p>Annoncer</p>"],
                    "enabling_factors": "<p>Du temps</p>",
                },
            }
        ],
        themes=[assessment, term("theme", "feedback", parent=assessment)],
        settings=[term("setting", "college")],
        audiences=[term("audience", "teachers")],
        education_levels=[term("education_level", "adult")],
        territories=[term("territory", "laval")],
        delivery_modes=[term("delivery_mode", "on-site")],
        cost_class=term("cost_class", "cost-2"),
        evidence_level=term("evidence_level", "evidence-3"),
        status=term("status", "validated"),
        tags=["pairs"],
        contributions=[
            Contribution(name="Ada Roy", affiliation="Cégep", role="writing"),
            Contribution(name="Ada Roy", affiliation="Cégep", role="evaluation"),
        ],
        competencies=[
            PracticeCompetency(
                dimension=term("competency", "dim-05"),
                level=term("competency_level", "level-beginner"),
            )
        ],
        date_start=datetime.date(2023, 1, 9),
        date_end=datetime.date(2024, 5, 30),
        **fields,
    )


def test_only_the_sections_that_say_something_are_shown(client):
    sheet = PracticeSheetFactory(problem="<p>Un problème</p>", objective="<p></p>")
    page = read(client, sheet)
    assert page.select_one("#problem")
    assert not page.select_one("#objective, #building_blocks, #cases, #lessons")
    assert not page.select_one(".contents")


def test_a_long_page_lists_its_sections_and_each_link_leads_to_one(client):
    page = read(client, full_sheet())
    anchors = [a["href"][1:] for a in page.select(".contents a")]
    assert len(anchors) >= 6
    assert all(page.find(id=anchor) for anchor in anchors)


def test_the_steps_of_a_building_block_are_numbered(client):
    page = read(client, full_sheet())
    assert [text_of(li) for li in page.select(".blocks ol.steps > li")] == ["Choisir", "Annoncer"]


def test_a_term_leads_to_the_search_for_what_shares_it(client):
    page = read(client, full_sheet())
    links = [a["href"] for a in page.select(".key-facts a")]
    for expected in [
        "?theme=assessment/feedback",
        "?setting=college",
        "?evidence=evidence-3",
        "?cost=cost-2",
        "?competency=dim-05",
        "?tag=pairs",
    ]:
        assert any(link.endswith(expected) for link in links), expected


def test_the_evidence_level_leads_to_its_reason(client):
    page = read(client, full_sheet())
    anchor = page.select_one(".key-facts__note a")["href"]
    assert "Deux études" in text_of(page.select_one(anchor).parent)


def test_a_person_is_named_once_with_all_that_they_brought(client):
    page = read(client, full_sheet())
    people = [text_of(li) for li in page.select(".people li")]
    assert len(people) == 1
    assert people[0].startswith("Ada Roy , Cégep")
    assert people[0].count(",") == 2


def test_a_lesson_told_by_proxy_names_nobody(client):
    partner = Organization.objects.create(slug="secret", name_fr="Organisme discret")
    lesson = LessonFactory(
        anonymous_by_proxy=True,
        contact_name="Zoé Caché",
        contact_email="zoe@example.org",
        contributions=[Contribution(name="Yan Caché", affiliation="Service caché")],
        co_organizations=[partner],
    )
    html = client.get(lesson.get_url()).content.decode()
    for hidden in ["Caché", "caché", "zoe@example.org", "Organisme discret"]:
        assert hidden not in html


@pytest.mark.parametrize("status", ["discouraged", "under-revision", "retired"])
def test_a_sheet_that_should_not_be_taken_up_as_it_stands_says_so_first(client, status):
    sheet = PracticeSheetFactory(status=term("status", status))
    assert read(client, sheet).select_one(".knowledge__header .notice--error")


def test_a_validated_sheet_carries_no_warning(client):
    sheet = PracticeSheetFactory(status=term("status", "validated"))
    assert not read(client, sheet).select_one(".notice--error")


def test_a_review_that_is_due_is_flagged(client):
    due = PracticeSheetFactory(review_by=datetime.date(2020, 1, 1))
    later = PracticeSheetFactory(review_by=datetime.date(2999, 1, 1))
    assert read(client, due).select_one(".key-facts__note")
    assert not read(client, later).select_one(".key-facts__note")


def test_a_sheet_counts_the_verdicts_of_the_cases_that_applied_it(client):
    sheet = PracticeSheetFactory()
    for verdict in ["worked", "worked", "partly"]:
        CaseStudyFactory(applications=[PracticeApplication(practice=sheet, verdict=verdict)])
    page = read(client, sheet)
    assert len(page.select("#cases ~ .related > li")) == 3
    counts = [text_of(v) for v in page.select(".tally .verdict")]
    assert [re.findall(r"\d+", count) for count in counts] == [["2"], ["1"]]


def test_a_case_in_two_languages_counts_once_and_reads_in_the_language_of_the_sheet(client):
    sheet = PracticeSheetFactory()
    case = CaseStudyFactory(
        title="Le cas", applications=[PracticeApplication(practice=sheet, verdict="worked")]
    )
    organization_page(language="en")
    translated = translation(sheet, "en", title="The sheet")
    translation(case, "en", title="The case")

    french = read(client, sheet)
    assert [text_of(a) for a in french.select("#cases ~ .related a")] == ["Le cas"]
    other = read(client, translated)
    assert [text_of(a) for a in other.select("#cases ~ .related a")] == ["The case"]


def test_a_case_shows_the_practices_it_applied_with_what_was_changed(client):
    sheet = PracticeSheetFactory(title="La fiche")
    case = CaseStudyFactory(
        applications=[
            PracticeApplication(practice=sheet, verdict="partly", changes="Deux séances.")
        ]
    )
    section = read(client, case).select_one("#practices").parent
    assert "La fiche" in text_of(section)
    assert "Deux séances." in text_of(section)
    assert section.select_one(".verdict--partly")


def test_a_sheet_and_a_lesson_show_each_other(client):
    sheet = PracticeSheetFactory(title="La fiche")
    lesson = LessonFactory(title="La leçon", lesson_practices=[LessonPractice(practice=sheet)])
    assert "La leçon" in text_of(read(client, sheet).select_one("#lessons").parent)
    assert "La fiche" in text_of(read(client, lesson).select_one("#practices").parent)


def test_what_a_reader_may_not_see_leaves_no_trace_on_the_pages_that_refer_to_it(client, member):
    sheet = PracticeSheetFactory()
    private = {"sharing_level": "organization"}
    CaseStudyFactory(
        title="Cas secret",
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
        **private,
    )
    LessonFactory(
        title="Leçon secrète", lesson_practices=[LessonPractice(practice=sheet)], **private
    )
    CaseStudyFactory(
        title="Cas en brouillon",
        live=False,
        applications=[PracticeApplication(practice=sheet, verdict="worked")],
    )

    for_all = read(client, sheet)
    assert not for_all.select_one("#cases, #lessons")
    client.force_login(member)
    for_member = text_of(read(client, sheet).main)
    assert "Cas secret" in for_member
    assert "Leçon secrète" in for_member
    assert "brouillon" not in for_member


def test_a_case_does_not_name_a_practice_that_its_reader_may_not_see(client, member):
    sheet = PracticeSheetFactory(title="Fiche secrète", sharing_level="organization")
    case = CaseStudyFactory(applications=[PracticeApplication(practice=sheet, verdict="worked")])
    assert not read(client, case).select_one("#practices")
    client.force_login(member)
    assert read(client, case).select_one("#practices")


def test_completeness_is_shown_to_those_who_may_edit_and_to_nobody_else(client, admin_client):
    sheet = full_sheet()
    assert not read(client, sheet).select_one(".completeness")
    assert read(admin_client, sheet).select_one(".completeness meter")


@pytest.mark.parametrize("more", [1, 6])
def test_a_page_takes_few_queries_and_is_light_whatever_it_shows(
    client, django_assert_max_num_queries, more
):
    partner = Organization.objects.create(slug="partenaire", name_fr="Partenaire")
    successor = PracticeSheetFactory()
    sheet = full_sheet(
        contact_email="ici@example.org",
        last_verified_on=datetime.date(2024, 6, 1),
        co_organizations=[partner],
    )
    sheet.status = term("status", "discouraged")
    for n in range(more):
        CaseStudyFactory(applications=[PracticeApplication(practice=sheet, verdict="worked")])
        LessonFactory(lesson_practices=[LessonPractice(practice=sheet)])
        sheet.tags.add(f"mot {n}")
        sheet.themes.add(term("theme", f"theme-{n}"))
        sheet.contributions.add(Contribution(name=f"Nom {n}"))
    sheet.save()
    history = {"translation_key": sheet.translation_key, "organization": sheet.organization}
    StatusChange.objects.create(to_status=sheet.status, successor=successor, **history)
    Verification.objects.create(**history)
    client.get(sheet.get_url())
    caches["pages"].clear()
    with django_assert_max_num_queries(12):
        answer = client.get(sheet.get_url())
    assert successor.title in answer.content.decode()
    assert len(answer.content) < 40_000


@pytest.mark.parametrize("name", ["case", "lesson"])
def test_a_case_and_a_lesson_take_few_queries_too(client, django_assert_max_num_queries, name):
    page = pages_of_each_type()[name]
    client.get(page.get_url())
    with django_assert_max_num_queries(12):
        client.get(page.get_url())


def test_what_a_page_is_about_is_told_at_a_glance(client):
    pages = pages_of_each_type()
    pages["sheet"].problem = f"<p>{'mot ' * 60}fin.</p>"
    pages["sheet"].save()

    def glance(page):
        [found, *_more] = read(client, page).select(".key-facts > dl")
        return [dt.get_text() for dt in found.select("dt")], text_of(found)

    labels, said = glance(pages["sheet"])
    told = "Problème, Publics, Coût, Preuve, Mode, Contact, Dernière vérification"
    assert labels == told.split(", ")
    assert "Quelques mots." in said  # why this level of evidence
    assert "fin" not in said
    assert glance(pages["case"])[0][:3] == ["Situation de départ", "Milieux", "Réalisation"]
    assert "Gravité" in glance(pages["lesson"])[0]


def test_the_lasting_link_leads_to_the_page_in_the_readers_language(client):
    sheet = PracticeSheetFactory()
    organization_page(language="en")
    translated = translation(sheet, "en")
    address = f"/id/{sheet.persistent_id}/"

    assert client.get(address).url == sheet.get_url()
    assert client.get(address, headers={"Accept-Language": "en"}).url == translated.get_url()


def test_the_lasting_link_of_a_page_one_may_not_see_does_not_exist(client, member):
    hidden = PracticeSheetFactory(sharing_level="organization")
    draft = PracticeSheetFactory(live=False)
    assert client.get(f"/id/{hidden.persistent_id}/", follow=True).status_code == 404
    assert client.get(f"/id/{draft.persistent_id}/", follow=True).status_code == 404
    client.force_login(member)
    assert client.get(f"/id/{hidden.persistent_id}/").status_code == 302


def test_sheets_can_be_asked_for_by_who_reads(member):
    PracticeSheetFactory(sharing_level="organization")
    assert not PracticeSheetPage.objects.live().visible_to(AnonymousUser()).exists()
    assert PracticeSheetPage.objects.live().visible_to(member).count() == 1


def test_a_page_that_two_of_my_organizations_share_is_listed_once(member):
    partners = [Organization.objects.create(slug=slug, name_fr=slug) for slug in ("un", "deux")]
    for partner in partners:
        Membership.objects.create(user=member, organization=partner, role=Role.EDITOR)
    PracticeSheetFactory(sharing_level="organization", co_organizations=partners)
    assert PracticeSheetPage.objects.visible_to(member).count() == 1


def test_a_preview_shows_what_was_typed_and_not_yet_published():
    sheet = full_sheet()
    sheet.themes.set([term("theme", "coaching", label_fr="Accompagner")])
    sheet.evidence_level = term("evidence_level", "evidence-1", label_fr="Témoignages")
    sheet.competencies.set([])
    sheet.objective = "<p>Un but tout neuf</p>"
    draft = sheet.save_revision().as_object()
    html = draft.make_preview_request(
        extra_request_attrs={"user": AnonymousUser()}
    ).content.decode()
    for shown in ["Accompagner", "Témoignages", "Un but tout neuf"]:
        assert shown in html
    assert "dim-05" not in html


def test_the_image_of_a_page_reaches_its_readers(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sheet = PracticeSheetFactory(image=wagtail_factories.ImageFactory(file__width=900))
    address = read(client, sheet).select_one(".knowledge__image")["src"]
    assert (tmp_path / address.removeprefix("/media/")).is_file()
    assert resolve(address).func is serve


def test_a_translation_that_the_reader_may_not_see_is_not_linked(client, member):
    sheet = PracticeSheetFactory()
    organization_page(language="en")
    translation(sheet, "en", sharing_level="organization")
    link = '.knowledge__header a[hreflang="en"]'
    assert not read(client, sheet).select_one(link)
    client.force_login(member)
    assert read(client, sheet).select_one(link)
