"""Whole imports: of real rows, of wrong rows, again, interrupted, and never twice."""

import datetime
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DataError
from taggit.models import Tag
from wagtail.models import Locale, Page, PageLogEntry, Revision

from core.models import User
from exchange.importing import pages, services
from exchange.importing.bulk import create_pages
from exchange.importing.errors import ImportSetupError
from exchange.importing.services import import_content
from exchange.models import ImportRecord
from organizations.models import Organization
from organizations.services import create_organization, submit_for_moderation
from practices.models import KnowledgePage, LessonPage, PracticeSheetPage
from search.models import OutboxEntry
from tests.exchange.conftest import LESSONS, METHODS
from tests.organizations.factories import editor
from tests.processes import environment


def problems(report):
    return [(each.row, each.column) for each in report.problems]


# The real sets


def test_real_lessons_go_in_without_the_faults_of_their_file(shipped, vocabularies):
    report = import_content(LESSONS, mapping=shipped("nasa-lessons"), publish=True)

    assert (report.created, report.failed, report.problems) == (8, 0, [])
    assert report.organizations_created == Organization.objects.count() == 6
    lessons = {
        record.external_id: LessonPage.objects.get(pk=record.page_id)
        for record in ImportRecord.objects.all()
    }
    first = lessons["9501"]
    assert first.title == "Manhole Arc-Flash Risk Reduction"
    assert first.slug == "manhole-arc-flash-risk-reduction-9501"
    assert first.live
    assert first.organization.name_in("en") == "NASA Kennedy Space Center"
    assert first.date_end == datetime.date(2014, 6, 6)
    assert "at KSC’s unreduced fault current levels." in first.lesson
    assert [each.name for each in first.contributions.all()] == ["Bell, Michael"]
    assert {term.slug for term in first.themes.all()} >= {"facilities", "risk-management"}
    assert "Energy" in [tag.name for tag in first.tags.all()]
    assert len(first.summary) <= 500
    assert first.locale.language_code == "en"
    assert "Does Software IV&V Provide" in lessons["6656"].title
    assert "'Bad News'" in lessons["1589"].title
    assert lessons["1082"].title == "See Lesson 1045"
    assert "contractor’s strengths" in lessons["1575"].happened
    assert "<ul><li>Sometimes, the only way" in lessons["1575"].lesson
    for page in lessons.values():
        text = f"{page.title}{page.summary}{page.happened}{page.lesson}"
        assert not [sign for sign in ("\ufffd", "&amp;amp;", "<br", "Ê", "ê") if sign in text]


def test_real_methods_go_in_with_their_building_blocks(shipped, vocabularies):
    report = import_content(METHODS, mapping=shipped("18f-methods"), publish=True)

    assert (report.created, report.problems, report.warnings) == (4, [], [])
    sheet = PracticeSheetPage.objects.get(slug="card-sorting")
    titles = [block.value["title"] for block in sheet.building_blocks]
    assert titles == ["Steps", "Open card sort", "Closed card sort"]
    assert len(sheet.building_blocks[1].value["steps"]) == 4
    assert [term.slug for term in sheet.themes.all()] == ["validation"]
    assert sheet.status.slug == "validated"
    decided = PracticeSheetPage.objects.get(slug="service-blueprint").themes.all()
    assert {term.slug for term in decided} == {"service-design", "decision-making"}
    assert sheet.resources == "<p>15–30 minutes per user</p>"
    assert "https://github.com/18F/C2" in sheet.original_context
    assert "PRA" in sheet.transferability
    assert sheet.licence == "cc0-1.0"
    for page in PracticeSheetPage.objects.all():
        stored = str(page.latest_revision.content)
        assert not [
            left for left in ("{%", "{{", "<section", "markdown=", "usa-") if left in stored
        ]
    blueprint = PracticeSheetPage.objects.get(slug="service-blueprint").latest_revision
    assert "https://guides.18f.org/methods/service-blueprint-example/" in str(blueprint.content)


@pytest.mark.parametrize("source", ["nasa-lessons", "18f-methods"])
def test_the_same_import_again_changes_nothing(source, shipped, vocabularies):
    path = {"nasa-lessons": LESSONS, "18f-methods": METHODS}[source]
    first = import_content(path, mapping=shipped(source), publish=True)
    revisions = Revision.objects.count()
    OutboxEntry.objects.all().delete()

    again = import_content(path, mapping=shipped(source), publish=True)

    assert (again.unchanged, again.created, again.updated) == (first.created, 0, 0)
    assert Revision.objects.count() == revisions
    assert not OutboxEntry.objects.exists()


# Good rows and bad rows


def test_good_rows_go_in_and_each_bad_one_is_reported_with_its_column(import_csv):
    report = import_csv(
        "id,title,summary,when\n"
        "1,Bonne,s,2024-05-01\n"
        "2,Sans date,s,soon\n"
        "3,,s,\n"
        f"4,{'x' * 256},s,\n"
        f"5,Résumé,{'x' * 501},\n"
        "6,Sans résumé,,\n"
        ",Sans identifiant,s,\n"
        "1,Double,s,\n"
        f"{'8' * 201},Trop long,s,\n"
        "9,a,b,c,d\n"
        "10,Bonne aussi,s,\n",
        fields={"date_end": {"column": "when", "convert": "date"}},
    )
    assert (report.created, report.failed) == (2, 9)
    assert problems(report) == [
        ("3", "when"), ("4", ""), ("5", "title"), ("6", "summary"), ("7", "summary"), ("8", "id"),
        ("9", "id"), ("10", "id"), ("11", ""),
    ]  # fmt: skip
    assert "2" in report.problems[6].reason
    assert sorted(LessonPage.objects.values_list("title", flat=True)) == ["Bonne", "Bonne aussi"]


def test_dates_that_contradict_each_other_are_the_problem_of_their_row(import_csv):
    report = import_csv(
        "id,title,summary,a,b\n1,T,s,2024-05-02,2024-05-01\n",
        fields={
            "date_start": {"column": "a", "convert": "date"},
            "date_end": {"column": "b", "convert": "date"},
        },
    )
    assert problems(report) == [("2", "b")]


def test_a_choice_that_does_not_exist_is_the_problem_of_its_row(import_csv):
    report = import_csv("id,title,summary,l\n1,T,s,MIT\n", fields={"licence": "l"})
    assert problems(report) == [("2", "l")]


def test_titles_that_are_alike_get_addresses_of_their_own(import_csv):
    report = import_csv("id,title,summary\na/b,T,s\nab,T,s\n日,語,s\n月,語,s\n")
    assert report.created == 4
    assert LessonPage.objects.values("url_path").distinct().count() == 4


def test_a_page_that_the_database_refuses_does_not_keep_the_others_out(import_csv, monkeypatch):
    def refuse(new, *, publish):
        create_pages(new, publish=publish)
        if any(each.page.title == "B" for each in new):
            raise DataError("refused")

    monkeypatch.setattr(pages, "create_pages", refuse)
    report = import_csv(
        "id,title,summary,t\n1,A,s,x\n2,B,s,y\n3,C,s,x\n",
        fields={"tags": {"column": "t", "convert": "tags"}},
    )
    assert (report.created, report.failed) == (2, 1)
    assert problems(report) == [("3", "")]
    assert "refused" in report.problems[0].reason
    assert sorted(LessonPage.objects.values_list("title", flat=True)) == ["A", "C"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["x"]
    assert Page.find_problems() == ([], [], [], [], [])


def test_unreadable_characters_are_left_out_with_a_warning(import_csv):
    report = import_csv(b"id,title,summary\n1,Caf\xe9\xe9,s\n", encoding="ascii")
    assert LessonPage.objects.get().title == "Caf"
    assert [(each.row, each.column) for each in report.warnings] == [("2", "title")]


def test_a_mapping_for_another_table_is_refused(import_csv):
    with pytest.raises(ImportSetupError, match="summary"):
        import_csv("id,title\n1,A\n")


def test_without_a_type_or_an_organization_nothing_starts(import_csv):
    with pytest.raises(ImportSetupError, match="--type"):
        import_csv("id,title,summary\n1,A,s\n", page_type="")
    with pytest.raises(ImportSetupError, match="--organization"):
        import_csv("id,title,summary\n1,A,s\n", organization={})


# Organizations and languages


def test_an_unknown_organization_is_the_problem_of_its_row_or_is_created(import_csv):
    text = "id,title,summary,o\n1,A,s,cegep\n2,B,s,Autre école\n3,C,s,\n"
    report = import_csv(text, organization={"column": "o"})
    assert problems(report) == [("3", "o"), ("4", "o")]

    report = import_csv(text, organization={"column": "o", "value": "cegep", "create": True})
    assert (report.created, report.unchanged, report.organizations_created) == (2, 1, 1)
    other = Organization.objects.get(slug="autre-ecole")
    assert other.workflow is not None
    assert LessonPage.objects.get(title="B").organization == other
    assert LessonPage.objects.get(title="C").organization.slug == "cegep"


def test_an_organization_that_cannot_be_created_is_the_problem_of_its_rows(import_csv):
    report = import_csv(
        "id,title,summary,o\n1,A,s,X\n2,B,s,日本\n",
        organization={"column": "o", "create": True, "known": {"X": {"territory": "moon"}}},
    )
    assert problems(report) == [("2", "o"), ("3", "o")]
    assert "territory" in report.problems[0].reason


def test_an_organization_made_for_a_row_that_fails_later_serves_the_next_row(import_csv):
    report = import_csv(
        f"id,title,summary,o\n1,A,{'x' * 501},Neuve\n2,B,s,Neuve\n",
        organization={"column": "o", "create": True},
    )
    assert (report.created, report.failed, report.organizations_created) == (1, 1, 1)


def test_a_page_goes_to_the_organization_that_the_source_names_now(import_csv):
    create_organization(slug="autre", name_fr="Autre")
    organization = {"column": "o"}
    import_csv("id,title,summary,o\n1,A,s,cegep\n", organization=organization)
    report = import_csv("id,title,summary,o\n1,A,s,autre\n", organization=organization)
    page = LessonPage.objects.get()
    assert report.updated == 1
    assert page.organization.slug == "autre"
    assert page.get_parent().specific.organization.slug == "autre"
    assert Page.find_problems() == ([], [], [], [], [])


def test_rows_of_one_identifier_in_two_languages_are_translations(import_csv):
    report = import_csv(
        "id,title,summary,lang\n1,Bonjour,s,Français\n1,Hello,s,en-CA\n2,Hallo,s,de\n",
        language={"column": "lang", "table": {"français": "fr"}},
    )
    assert report.created == 2
    assert problems(report) == [("4", "lang")]
    french = LessonPage.objects.get(title="Bonjour")
    english = french.get_translation(Locale.objects.get(language_code="en"))
    assert english.title == "Hello"
    assert "/en/" in english.url


# Again


def test_a_changed_row_updates_its_page_at_the_same_address(import_csv):
    import_csv("id,title,summary\n1,Avant,s\n2,Autre,s\n")
    before = LessonPage.objects.get(title="Avant")
    OutboxEntry.objects.all().delete()
    report = import_csv("id,title,summary\n1,Après,s\n2,Autre,s\n")
    after = LessonPage.objects.get(pk=before.pk)
    assert (report.updated, report.unchanged, report.created) == (1, 1, 0)
    assert (after.title, after.slug, after.live) == ("Après", before.slug, True)
    assert after.revisions.count() == 2
    assert OutboxEntry.objects.filter(key=f"page:{after.pk}").exists()


def test_what_editors_added_elsewhere_on_the_page_stays(import_csv):
    import_csv("id,title,summary\n1,Avant,s\n")
    page = LessonPage.objects.get()
    page.contact_name = "Ada"
    page.tags.add("local")
    page.save_revision().publish()
    import_csv("id,title,summary\n1,Après,s\n")
    page = LessonPage.objects.get()
    assert (page.title, page.contact_name) == ("Après", "Ada")
    assert [tag.name for tag in page.tags.all()] == ["local"]


def test_drafts_are_published_by_the_same_import_with_publish(import_csv):
    text = "id,title,summary\n1,A,s\n"
    import_csv(text, publish=False)
    assert not LessonPage.objects.get().live
    assert not OutboxEntry.objects.exists()
    report = import_csv(text, publish=True)
    assert report.updated == 1
    assert LessonPage.objects.get().live
    assert import_csv(text, publish=True).unchanged == 1


def test_a_page_that_was_taken_offline_stays_offline(import_csv):
    text = "id,title,summary\n1,A,s\n"
    import_csv(text)
    LessonPage.objects.get().unpublish()
    assert import_csv(text).unchanged == 1
    assert not LessonPage.objects.get().live


def test_a_draft_that_somebody_works_on_is_not_published_with_an_update(import_csv):
    import_csv("id,title,summary\n1,Avant,s\n")
    page = LessonPage.objects.get()
    page.contact_name = "Not yet"
    page.save_revision()
    report = import_csv("id,title,summary\n1,Après,s\n")
    page = LessonPage.objects.get()
    draft = page.get_latest_revision_as_object()
    assert (page.title, page.contact_name) == ("Avant", "")
    assert (draft.title, draft.contact_name) == ("Après", "Not yet")
    assert [each.row for each in report.warnings] == ["2"]


def test_a_page_that_waits_for_a_moderator_or_is_locked_is_left_alone(import_csv, college):
    import_csv("id,title,summary\n1,A,s\n2,B,s\n", publish=False)
    submit_for_moderation(LessonPage.objects.get(title="A"), user=editor(member_of=college))
    LessonPage.objects.filter(title="B").update(locked=True)
    report = import_csv("id,title,summary\n1,A2,s\n2,B2,s\n")
    assert problems(report) == [("2", ""), ("3", "")]
    assert LessonPage.objects.get(title="A").workflow_in_progress
    assert User.objects.count() == 1


def test_a_page_imported_as_another_type_is_a_problem(import_csv):
    import_csv("id,title,summary\n1,A,s\n")
    report = import_csv("id,title,summary\n1,B,s\n", page_type="case-study")
    assert problems(report) == [("2", "")]


def test_a_deleted_page_comes_back(import_csv):
    text = "id,title,summary\n1,A,s\n"
    import_csv(text)
    LessonPage.objects.get().delete()
    assert import_csv(text).created == 1


# Dry runs, kills, costs


def test_a_dry_run_reports_all_and_keeps_nothing(import_csv):
    before = Organization.objects.count(), Page.objects.count()
    report = import_csv(
        "id,title,summary,o,t\n1,A,s,Neuve,x\n2,,s,Neuve,x\n",
        organization={"column": "o", "create": True},
        fields={"tags": {"column": "t", "convert": "tags"}},
        dry_run=True,
    )
    assert (report.created, report.failed, report.organizations_created) == (1, 1, 1)
    assert (Organization.objects.count(), Page.objects.count()) == before
    for model in (Tag, ImportRecord, OutboxEntry, KnowledgePage):
        assert not model.objects.exists(), model
    assert not PageLogEntry.objects.filter(label="A").exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_killed_import_is_finished_by_the_next(college, tmp_path):
    rows = 600
    source, mapping = tmp_path / "lessons.csv", tmp_path / "mapping.yaml"
    lines = (f"{number},Leçon {number},s\n" for number in range(rows))
    source.write_text("id,title,summary\n" + "".join(lines), encoding="utf-8")
    mapping.write_text(
        "{source: essai, type: lesson, external_id: id, fields: {title: title, summary: summary}}"
    )
    arguments = [str(source), "--mapping", str(mapping), "--organization", "cegep", "--publish"]
    manage = Path(__file__).parents[2] / "manage.py"
    process = subprocess.Popen(
        [sys.executable, str(manage), "import_content", *arguments],
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not LessonPage.objects.exists():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()

    found = LessonPage.objects.count()
    assert 0 < found < rows
    assert found % services.BATCH_SIZE == 0
    assert ImportRecord.objects.count() == OutboxEntry.objects.count() == found
    assert Page.find_problems() == ([], [], [], [], [])

    call_command("import_content", *arguments, language="fr")
    assert LessonPage.objects.live().count() == ImportRecord.objects.count() == rows
    assert Page.find_problems() == ([], [], [], [], [])


def test_a_row_costs_two_queries(import_csv, django_assert_max_num_queries):
    def text(start, rows):
        lines = (f"{start + number},L,s\n" for number in range(rows))
        return "id,title,summary\n" + "".join(lines)

    import_csv(text(0, 1))
    with django_assert_max_num_queries(40 + 2 * 50):
        import_csv(text(100, 50))
