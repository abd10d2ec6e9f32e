"""What of a page is indexed: documents, facets, labels."""

import datetime

import pytest

from organizations.models import Organization
from practices.models import Contribution, Partner, PracticeCompetency, PracticeSheetPage
from practices.search import FACETS, documents
from search.core.schema import Schema
from search.labels import LabelBook
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
    translation,
)

pytestmark = pytest.mark.django_db


def document(page):
    (found,) = documents(type(page), [page.pk])
    return found


def test_a_document_holds_every_word_of_the_page():
    sheet = PracticeSheetFactory(
        title="Rétroaction",
        problem="<p>Des élèves <b>perdus</b></p><p>souvent</p>",
        building_blocks=[
            {
                "type": "building_block",
                "value": {"title": "Préparer", "steps": ["<p>Choisir un critère</p>"]},
            }
        ],
        tags=["pairs"],
        themes=[term("theme", "feedback", label_fr="Donner un retour")],
        contributions=[Contribution(name="Ada Roy", affiliation="Cégep")],
    )
    texts = document(sheet).texts
    assert texts["title"] == "Rétroaction"
    assert "Des élèves perdus souvent" in texts["body"]
    assert "Préparer" in texts["body"]
    assert "Choisir un critère" in texts["body"]
    assert "<" not in texts["body"]
    assert "Donner un retour" in texts["keywords"]
    assert "pairs" in texts["keywords"]
    assert "Ada Roy" in texts["people"]


def test_a_document_is_filed_under_every_facet_of_its_page():
    teaching = term("theme", "teaching")
    partner = Organization.objects.create(slug="partenaire", name_fr="Partenaire")
    sheet = PracticeSheetFactory(
        themes=[term("theme", "assessment", parent=teaching)],
        settings=[term("setting", "college")],
        audiences=[term("audience", "teachers")],
        education_levels=[term("education_level", "adult")],
        delivery_modes=[term("delivery_mode", "on-site")],
        cost_class=term("cost_class", "cost-2"),
        evidence_level=term("evidence_level", "evidence-3"),
        status=term("status", "validated"),
        competencies=[PracticeCompetency(dimension=term("competency", "dim-05"))],
        co_organizations=[partner],
        tags=["Vidéo courte"],
        date_end=datetime.date(2022, 6, 1),
    )
    assert document(sheet).facets == {
        "type": ("practice-sheet",),
        "theme": ("teaching/assessment",),
        "organization": ("essai", "partenaire"),
        "setting": ("college",),
        "audience": ("teachers",),
        "level": ("adult",),
        "mode": ("on-site",),
        "competency": ("dim-05",),
        "evidence": ("evidence-3",),
        "cost": ("cost-2",),
        "status": ("validated",),
        "year": ("2022",),
        "tag": ("video-courte",),
        "language": ("fr",),
    }


def test_the_year_is_that_of_publication_where_no_end_is_known():
    published = datetime.datetime(2021, 1, 1, 3, tzinfo=datetime.UTC)  # still 2020 in Montréal
    assert document(LessonFactory(first_published_at=published)).facets["year"] == ("2020",)


def test_a_translation_is_a_document_of_its_own_with_the_labels_of_its_language():
    sheet = PracticeSheetFactory(
        themes=[term("theme", "feedback", label_fr="Rétroaction", label_en="Feedback")]
    )
    organization_page(language="en")
    english = document(translation(sheet, "en", title="A sheet"))
    assert english.locale == "en"
    assert english.stored["url"].startswith("/en/")
    assert "Feedback" in english.texts["keywords"]
    assert "Rétroaction" not in english.texts["keywords"]
    assert english.stored["organization"] == {"slug": "essai", "name": "essai (en)"}


def test_a_lesson_told_by_proxy_reveals_no_name_to_the_search():
    partner = Organization.objects.create(slug="discret", name_fr="Organisme discret")
    lesson = LessonFactory(
        anonymous_by_proxy=True,
        contributions=[Contribution(name="Yan Caché", affiliation="Service caché")],
        co_organizations=[partner],
        contact_name="Zoé Cachée",
    )
    found = document(lesson)
    everything = repr((found.texts, found.facets, found.stored))
    assert "aché" not in everything
    assert "discret" not in everything.lower()


def test_a_retired_sheet_leaves_search_but_keeps_its_address(client):
    sheet = PracticeSheetFactory(status=term("status", "retired"))
    assert documents(PracticeSheetPage, [sheet.pk]) == []
    assert client.get(sheet.get_url()).status_code == 200


def test_a_draft_has_no_document():
    sheet = PracticeSheetFactory(live=False)
    assert documents(PracticeSheetPage, [sheet.pk]) == []


@pytest.mark.parametrize(
    ("level", "tokens"),
    [
        ("public", {"public", "org"}),
        ("community", {"community", "org"}),
        ("organization", {"org"}),
    ],
)
def test_a_document_carries_the_tokens_of_those_who_may_find_it(level, tokens):
    audience = document(PracticeSheetFactory(sharing_level=level)).audience
    assert {token.split(":")[0] for token in audience} == tokens


def test_the_members_of_a_partner_may_find_what_it_wrote_too():
    partner = Organization.objects.create(slug="partenaire", name_fr="Partenaire")
    sheet = PracticeSheetFactory(sharing_level="organization", co_organizations=[partner])
    assert f"org:{partner.pk}" in document(sheet).audience


def test_documents_take_as_many_queries_for_fifty_pages_as_for_five(
    django_assert_num_queries,
):
    partner = Organization.objects.create(slug="partenaire", name_fr="Partenaire")
    pages = [
        CaseStudyFactory(
            themes=[term("theme", f"theme-{n % 7}")],
            tags=[f"mot {n % 5}"],
            co_organizations=[partner],
            contributions=[Contribution(name=f"Nom {n}")],
            partners=[Partner(name=f"Partenaire {n}")],
            cost_class=term("cost_class", f"cost-{n % 5}"),
            quotes=[{"type": "quote", "value": {"text": f"Mot {n}", "author": ""}}],
        )
        for n in range(50)
    ]
    model = type(pages[0])
    documents(model, [pages[0].pk])  # warms what Wagtail keeps for the process
    for some in (pages[:5], pages):
        with django_assert_num_queries(8):
            assert len(documents(model, [page.pk for page in some])) == len(some)


def test_every_facet_of_the_search_page_is_declared_in_its_order():
    names = [facet.name for facet in FACETS]
    assert names == [
        "type",
        "theme",
        "organization",
        "setting",
        "audience",
        "level",
        "mode",
        "competency",
        "evidence",
        "cost",
        "status",
        "impact",
        "year",
        "tag",
        "language",
    ]
    assert Schema(fields=(), facets=FACETS).facet("theme").kind == "tree"


def test_labels_come_in_the_language_of_the_reader_with_few_queries(django_assert_num_queries):
    teaching = term("theme", "teaching", label_fr="Enseigner", label_en="Teaching")
    term("theme", "assessment", parent=teaching, label_fr="Évaluer", label_en="Assessment")
    term("cost_class", "cost-1", label_fr="Très faible", label_en="Very low")
    sheet = PracticeSheetFactory(tags=["Vidéo courte"])
    wanted = {
        "theme": ("teaching/assessment", "Évaluer", "Assessment"),
        "cost": ("cost-1", "Très faible", "Very low"),
        "organization": (sheet.organization.slug, "Essai", "essai (en)"),
        "tag": ("video-courte", "Vidéo courte", "Vidéo courte"),
    }
    for position, locale in ((1, "fr"), (2, "en")):
        book = LabelBook(FACETS, locale)
        with django_assert_num_queries(3):
            for facet, labels in wanted.items():
                assert book.labels(facet, [labels[0]]) == {labels[0]: labels[position]}
