"""Pages written in bulk are those that Wagtail would have written, in far fewer queries."""

import json

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from taggit.models import Tag
from wagtail.models import Locale, Page, PageLogEntry, ReferenceIndex
from wagtail.signals import page_published

from exchange.importing.bulk import NewPage, create_pages, leave_relations_in_memory
from organizations.models import OrganizationPage
from practices.models import (
    CaseStudyPage,
    Contribution,
    KnowledgePageTag,
    LessonPage,
    Partner,
    PracticeSheetPage,
)
from search.models import OutboxEntry
from taxonomy.models import Term

# What no two pages share, or what is of the moment.
OWN = {
    "id", "pk", "path", "slug", "url_path", "translation_key", "persistent_id", "page_ptr",
    "knowledgepage_ptr", "latest_revision", "live_revision", "latest_revision_created_at",
    "first_published_at", "last_published_at", "uuid", "timestamp", "created_at", "object_id",
    "page", "content_object", "revision", "knowledgepage", "draft_title", "title", "object_str",
    "label",
}  # fmt: skip


def parent():
    return OrganizationPage.objects.get(organization__slug="cegep", locale__language_code="fr")


def new_page(model, slug):
    page = model(
        title=slug,
        slug=slug,
        draft_title=slug,
        summary="s",
        locale=Locale.objects.get(language_code="fr"),
    )
    leave_relations_in_memory(page)
    page.themes = list(Term.objects.of("theme").order_by("pk")[:2])
    page.territories = list(Term.objects.of("territory").order_by("pk")[:1])
    page.tagged_items = [
        KnowledgePageTag(tag=Tag.objects.get_or_create(name=name)[0]) for name in ("a", "b")
    ]
    page.contributions = [
        Contribution(name="Ada Roy", sort_order=0),
        Contribution(name="Wei Li", sort_order=1),
    ]
    if model is LessonPage:
        page.impact = Term.objects.of("impact").first()
        page.lesson = "<p>x</p>"
    if model is CaseStudyPage:
        page.partners = [Partner(name="Cégep voisin", sort_order=0)]
    if model is PracticeSheetPage:
        page.delivery_modes = list(Term.objects.of("delivery_mode").order_by("pk")[:1])
    return page


def row(instance):
    """The values of a row, without those that no two rows share."""
    return {
        field.name: getattr(instance, field.attname)
        for field in instance._meta.concrete_fields
        if field.name not in OWN
    }


def without_own(value):
    if isinstance(value, dict):
        return {key: without_own(each) for key, each in value.items() if key not in OWN}
    if isinstance(value, list):
        return [without_own(each) for each in value]
    return value


def all_rows(page):
    """Everything that the database says of a page."""
    revision = page.latest_revision
    content = json.loads(json.dumps(revision.content, default=str))
    assert content["pk"] == page.pk
    assert [child["pk"] for child in content["tagged_items"]] == [
        child.pk for child in page.tagged_items.all()
    ]
    # Wagtail's first revision is that of a draft; what becomes of it is in the page itself.
    for name in ("live", "has_unpublished_changes"):
        content.pop(name)
    return {
        "page": row(page),
        "relations": {
            name: [row(each) for each in getattr(page, name).all()]
            for name in ("contributions", "tagged_items", "partners")
            if hasattr(page, name)
        },
        "terms": {
            field.name: sorted(term.pk for term in getattr(page, field.name).all())
            for field in page._meta.many_to_many
        },
        "revisions": page.revisions.count(),
        "revision": row(revision) | {"content": without_own(content)},
        "log": [
            row(entry) | {"has revision": entry.revision_id is not None}
            for entry in PageLogEntry.objects.filter(page=page.pk).order_by("pk")
        ],
        # Wagtail writes some under the class of the page and some under that of its base.
        "references": sorted(
            ReferenceIndex.objects.filter(
                object_id=page.pk, base_content_type=ContentType.objects.get_for_model(Page)
            ).values_list("to_content_type", "to_object_id", "model_path")
        ),
        "outbox": OutboxEntry.objects.filter(key=f"page:{page.pk}").exists(),
    }


@pytest.mark.parametrize("publish", [True, False], ids=["published", "drafts"])
@pytest.mark.parametrize("model", [LessonPage, CaseStudyPage, PracticeSheetPage])
def test_a_page_written_in_bulk_has_the_rows_of_one_that_wagtail_wrote(
    model, publish, college, vocabularies
):
    slow = new_page(model, "slow")
    slow.live = False
    parent().add_child(instance=slow)
    PageLogEntry.objects.filter(page=slow.pk).delete()
    PageLogEntry.objects.log_action(slow, "wagtail.create", content_changed=True)
    revision = slow.save_revision(clean=False)
    if publish:
        revision.publish()

    create_pages([NewPage(new_page(model, "quick"), parent())], publish=publish)

    expected = all_rows(model.objects.get(slug="slow"))
    found = all_rows(model.objects.get(slug="quick"))
    for name in expected:
        assert found[name] == expected[name], name


def test_pages_written_in_bulk_stand_in_the_tree_as_wagtail_wants(college, vocabularies):
    before = parent()
    create_pages([NewPage(new_page(LessonPage, f"p{n}"), before) for n in range(3)], publish=True)
    create_pages([NewPage(new_page(LessonPage, f"q{n}"), before) for n in range(2)], publish=True)
    parent().add_child(instance=new_page(LessonPage, "by-wagtail"))

    assert Page.find_problems() == ([], [], [], [], [])
    assert [page.slug for page in parent().get_children()] == [
        "p0", "p1", "p2", "q0", "q1", "by-wagtail",
    ]  # fmt: skip
    page = LessonPage.objects.get(slug="q1")
    assert page.organization.slug == "cegep"
    assert page.url_path == f"{parent().url_path}q1/"


def test_a_page_written_in_bulk_can_be_edited_published_and_deleted(college, vocabularies):
    create_pages([NewPage(new_page(CaseStudyPage, "p"), parent())], publish=True)
    page = CaseStudyPage.objects.get().get_latest_revision_as_object()
    page.title = "Edited"
    page.contributions.add(Contribution(name="Third", sort_order=2))
    page.full_clean()
    page.save_revision().publish()

    page = CaseStudyPage.objects.get()
    assert page.title == "Edited"
    assert [each.name for each in page.contributions.all()] == ["Ada Roy", "Wei Li", "Third"]
    assert [each.name for each in page.tags.all()] == ["a", "b"]
    assert page.partners.count() == 1
    page.delete()
    assert Contribution.objects.count() == 0


def test_publishing_tells_who_listens_to_wagtail(college, vocabularies):
    heard = []

    def listen(sender, instance, revision, **kwargs):
        heard.append((sender, instance.pk, revision.pk))

    page_published.connect(listen)
    try:
        create_pages([NewPage(new_page(LessonPage, "p"), parent())], publish=True)
        create_pages([NewPage(new_page(LessonPage, "q"), parent())], publish=False)
    finally:
        page_published.disconnect(listen)
    page = LessonPage.objects.get(slug="p")
    assert heard == [(LessonPage, page.pk, page.live_revision_id)]


def test_a_page_more_costs_two_queries_more(college, vocabularies):
    def queries(number):
        pages = [NewPage(new_page(LessonPage, f"{number}-{n}"), home) for n in range(number)]
        with CaptureQueriesContext(connection) as captured:
            create_pages(pages, publish=True)
        return len(captured)

    home = parent()
    queries(1)
    assert queries(22) - queries(2) == 20 * 2
