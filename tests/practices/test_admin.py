"""The forms and lists in which knowledge is written."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield
from wagtail.users.models import UserProfile

from practices.models import PracticeCompetency, PracticeSheetPage
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)

pytestmark = pytest.mark.django_db


def form_of(admin_client, page):
    response = admin_client.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html5lib")


def proposed(**fields):
    """What a browser sends for a sheet with a title, a summary, a problem and steps."""
    return nested_form_data(
        {
            "title": "Une fiche",
            "slug": "une-fiche",
            "summary": "En bref.",
            "problem": rich_text("<p>Un problème</p>"),
            "building_blocks": streamfield(
                [
                    (
                        "building_block",
                        {
                            "title": "Faire",
                            "aim": "",
                            "steps": streamfield([("item", rich_text("<p>Un pas</p>"))]),
                            "enabling_factors": rich_text(""),
                        },
                    )
                ]
            ),
            **{
                name: rich_text("")
                for name in [
                    "objective",
                    "original_context",
                    "why_it_works",
                    "materials",
                    "delivered_by",
                    "training_needed",
                    "resources",
                    "results",
                    "evidence_reason",
                    "success_factors",
                    "obstacles",
                    "transferability",
                    "what_not_to_do",
                    "sustainability",
                ]
            },
            "sharing_level": "public",
            "licence": "cc-by-4.0",
            "tags": "",
            "attachments": inline_formset([]),
            "contributions": inline_formset([]),
            "competencies": inline_formset([]),
            "comments": inline_formset([]),
            **fields,
        }
    )


def propose(admin_client, **fields):
    address = reverse(
        "wagtailadmin_pages:add",
        args=["practices", "practicesheetpage", organization_page().pk],
    )
    return admin_client.post(address, proposed(**fields))


def test_a_sheet_can_be_proposed_with_a_title_a_summary_a_problem_and_steps(admin_client):
    response = propose(admin_client)
    sheet = PracticeSheetPage.objects.get()
    assert response.status_code == 302
    assert sheet.organization.slug == "essai"
    assert sheet.building_blocks[0].value["steps"][0].source.endswith(">Un pas</p>")


def test_contradictory_dates_come_back_with_the_reason_beside_the_field(admin_client):
    response = propose(admin_client, date_start="2024-05-01", date_end="2024-04-01")
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["date_end"]
    assert not PracticeSheetPage.objects.exists()


@pytest.mark.parametrize("factory", [PracticeSheetFactory, CaseStudyFactory, LessonFactory])
def test_the_form_of_every_type_starts_with_the_essentials_and_says_what_is_missing(
    admin_client, factory
):
    form = form_of(admin_client, factory())
    assert len(form.select('[role="tab"]')) >= 5
    first = form.select_one('[role="tabpanel"]')
    assert first.select_one(".completeness meter")
    assert first.select_one('[name="title"]')
    assert first.select_one('[name="summary"]')
    assert first.select_one('[name="sharing_level"]')


def test_terms_are_offered_as_a_tree_each_below_its_broader_term(admin_client):
    success = term("theme", "success", order=1)
    term("theme", "wellbeing", parent=success, order=9)
    teaching = term("theme", "teaching", order=0)
    assessment = term("theme", "assessment", parent=teaching, order=5)
    term("theme", "feedback", parent=assessment, order=7)
    form = form_of(admin_client, PracticeSheetFactory())
    offered = [
        (item.get_text().strip().split()[0], item["data-depth"])
        for item in form.select('.term-checkboxes__item:has([name="themes"])')
    ]
    assert offered == [
        ("teaching", "0"),
        ("assessment", "1"),
        ("feedback", "2"),
        ("success", "0"),
        ("wellbeing", "1"),
    ]


def test_a_term_that_was_retired_is_offered_only_to_the_pages_that_have_it(admin_client):
    old = term("theme", "old", is_active=False)
    old_cost = term("cost_class", "cost-9", is_active=False)
    term("theme", "current")
    having = PracticeSheetFactory(themes=[old], cost_class=old_cost)
    other = PracticeSheetFactory()

    with_it, without = form_of(admin_client, having), form_of(admin_client, other)
    assert with_it.select(f'[name="themes"][value="{old.pk}"][checked]')
    assert with_it.select(f'[name="cost_class"] option[value="{old_cost.pk}"][selected]')
    assert not without.select(f'[name="themes"][value="{old.pk}"]')
    assert not without.select(f'[name="cost_class"] option[value="{old_cost.pk}"]')


def test_a_field_refuses_a_term_of_another_vocabulary(admin_client):
    setting = term("setting", "college")
    response = propose(admin_client, themes=str(setting.pk))
    assert list(response.context["form"].errors) == ["themes"]


def test_the_owner_is_not_offered_as_its_own_partner(admin_client):
    organization_page("ailleurs")
    sheet = PracticeSheetFactory()
    add = reverse(
        "wagtailadmin_pages:add", args=["practices", "practicesheetpage", sheet.get_parent().pk]
    )
    for form in (
        form_of(admin_client, sheet),
        BeautifulSoup(admin_client.get(add).content, "html5lib"),
    ):
        offered = form.select('[name="co_organizations"]')
        assert [box.parent.get_text().strip() for box in offered] == ["Ailleurs"]


def test_labels_are_in_the_language_of_the_person_who_writes(admin_client, admin_user):
    term("theme", "feedback", label_fr="Rétroaction", label_en="Feedback")
    sheet = PracticeSheetFactory()
    assert "Rétroaction" in form_of(admin_client, sheet).get_text()
    UserProfile.objects.update_or_create(user=admin_user, defaults={"preferred_language": "en"})
    assert "Rétroaction" not in form_of(admin_client, sheet).get_text()


def test_the_form_takes_as_many_queries_for_many_terms_and_rows_as_for_few(
    admin_client, django_assert_num_queries
):
    def sheet_with(rows):
        return PracticeSheetFactory(
            competencies=[
                PracticeCompetency(dimension=term("competency", f"dim-{n:02}")) for n in range(rows)
            ]
        )

    few, many = sheet_with(1), sheet_with(12)
    # The first visit subscribes the editor to comments.
    form_of(admin_client, few)
    form_of(admin_client, many)
    with CaptureQueriesContext(connection) as used:
        form_of(admin_client, few)
    for n in range(40):
        term("theme", f"theme-{n}")
    with django_assert_num_queries(len(used)):
        form_of(admin_client, many)


@pytest.mark.parametrize(
    ("name", "factory"),
    [
        ("practice-sheets", PracticeSheetFactory),
        ("case-studies", CaseStudyFactory),
        ("lessons", LessonFactory),
    ],
)
def test_each_list_shows_what_every_page_misses_with_a_constant_number_of_queries(
    admin_client, name, factory, django_assert_max_num_queries
):
    for _ in range(3):
        factory().save_revision()
    address = reverse(f"{name}:index")
    html = admin_client.get(address).content.decode()
    assert html.count("completeness-cell") == 3
    with CaptureQueriesContext(connection) as used:
        admin_client.get(address)
    for _ in range(9):
        factory().save_revision()
    with django_assert_max_num_queries(len(used)):
        admin_client.get(address)
