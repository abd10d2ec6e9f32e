"""Bringing vocabularies up to date without breaking what pages use."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models.signals import post_save

from taxonomy.files import read_file
from taxonomy.models import Term, Vocabulary
from taxonomy.services import (
    EDITORS_GROUP,
    count_uses,
    delete_term,
    delete_vocabulary,
    replace_term,
    sync_terms,
)
from tests.practices.factories import CaseStudyFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db

RED = "- {slug: red, fr: Rouge, en: Red}\n"
BLUE = "- {slug: blue, fr: Bleu, en: Blue}\n"
HEAD = "slug: theme\nfr: Thème\nen: Theme\nhierarchical: true\nterms:\n"


@pytest.fixture
def sync(tmp_path):
    """Sync the vocabulary of themes that has these terms."""

    def run(terms: str, **options):
        path: Path = tmp_path / "theme.yaml"
        path.write_text(HEAD + terms, "utf-8")
        return sync_terms([read_file(path)], **options)

    return run


def theme(slug: str) -> Term:
    return Term.objects.of("theme").get(slug=slug)


def test_a_second_run_changes_nothing_and_asks_a_constant_number_of_queries(
    django_assert_max_num_queries,
):
    created = sync_terms().created
    with django_assert_max_num_queries(8):
        report = sync_terms()
    assert report.unchanged == len(created) == Term.objects.count()
    assert [report.created, report.updated, report.renamed, report.kept] == [[], [], [], []]


def test_a_changed_label_is_updated_and_the_search_is_told(sync):
    sync(RED + BLUE)
    told = []

    def listen(instance, **kwargs):
        told.append(instance.slug)

    post_save.connect(listen, sender=Term)
    try:
        report = sync("- {slug: red, fr: Rouge vif, en: Red}\n" + BLUE)
    finally:
        post_save.disconnect(listen, sender=Term)
    assert theme("red").label_fr == "Rouge vif"
    assert report.updated == ["theme: red"]
    assert told == ["red"]


def test_a_term_that_is_gone_stays_on_its_pages_and_is_no_longer_offered(sync):
    sync(RED + BLUE)
    page = PracticeSheetFactory(themes=[theme("red")])
    assert sync(BLUE).deactivated == ["theme: red"]
    assert not theme("red").is_active
    assert [term.slug for term in page.themes.all()] == ["red"]
    assert sync(BLUE).deactivated == []


def test_a_term_that_comes_back_is_offered_again(sync):
    sync(BLUE + RED)
    sync(BLUE)
    assert sync(BLUE + RED).updated == ["theme: red"]
    assert theme("red").is_active


def test_a_renamed_term_keeps_its_pages_and_its_narrower_terms(sync):
    narrow = "narrower: [{slug: pink, fr: Rose, en: Pink}]"
    sync(f"- {{slug: red, fr: Rouge, en: Red, {narrow}}}\n")
    page = PracticeSheetFactory(themes=[theme("red")])
    renamed = f"- {{slug: crimson, fr: Rouge, en: Red, formerly: [red], {narrow}}}\n"
    assert sync(renamed).renamed == ["theme: red → crimson"]
    assert [term.slug for term in page.themes.all()] == ["crimson"]
    assert theme("pink").path == "crimson/pink"
    report = sync(renamed)
    assert (report.unchanged, report.kept) == (2, [])


def test_a_moved_term_takes_its_narrower_terms_along(sync):
    pink = "{slug: pink, fr: Rose, en: Pink, narrower: [{slug: salmon, fr: Saumon, en: Salmon}]}"
    sync(f"- {{slug: red, fr: Rouge, en: Red, narrower: [{pink}]}}\n{BLUE}")
    sync(f"- {{slug: blue, fr: Bleu, en: Blue, narrower: [{pink}]}}\n{RED}")
    assert theme("salmon").path == "blue/pink/salmon"


def test_what_was_edited_here_stays_while_the_rest_is_updated(sync):
    sync(RED)
    Term.objects.filter(slug="red").update(label_fr="Rouge brique", is_active=False)
    report = sync("- {slug: red, fr: Rouge vif, en: Bright red}\n")
    red = theme("red")
    assert (red.label_fr, red.label_en, red.is_active) == ("Rouge brique", "Bright red", False)
    assert report.kept == ["theme: red"]


def test_what_was_edited_here_can_be_put_back(sync):
    sync(RED)
    Term.objects.filter(slug="red").update(label_fr="Rouge brique")
    sync(RED, restore=True)
    assert theme("red").label_fr == "Rouge"


def test_a_term_added_here_is_left_alone(sync):
    sync(RED)
    vocabulary = Vocabulary.objects.get(slug="theme")
    Term.objects.create(vocabulary=vocabulary, slug="blue", label_fr="B", is_local=True)
    assert sync(RED).deactivated == []
    assert sync(RED + BLUE).kept == ["theme: blue"]
    assert theme("blue").label_fr == "B"


def test_a_replacement_further_down_the_file_is_found(sync):
    sync("- {slug: red, fr: Rouge, en: Red, active: false, replaced_by: blue}\n" + BLUE)
    assert theme("red").replaced_by == theme("blue")
    assert not theme("red").is_active


def test_the_group_of_editors_is_made_with_its_permissions():
    sync_terms()
    codenames = Group.objects.get(name=EDITORS_GROUP).permissions.values_list("codename", flat=True)
    assert {"access_admin", "add_term", "change_term", "delete_term"} <= set(codenames)


def test_the_command_reports_in_words(capsys):
    call_command("sync_terms", "--language=en")
    assert "Terms created: " in capsys.readouterr().out
    call_command("sync_terms", "--language=en")
    assert f"Terms unchanged: {Term.objects.count()}" in capsys.readouterr().out


def test_a_wrong_file_changes_nothing(tmp_path):
    (tmp_path / "a.yaml").write_text(HEAD + RED, "utf-8")
    (tmp_path / "b.yaml").write_text("slug: other\nfr: Autre\nterms: []", "utf-8")
    with pytest.raises(CommandError, match=r"b\.yaml"):
        call_command("sync_terms", str(tmp_path))
    assert not Term.objects.exists()


def test_a_replaced_term_gives_its_pages_to_the_other(sync):
    sync(RED + BLUE)
    red, blue = theme("red"), theme("blue")
    one = PracticeSheetFactory(themes=[red])
    both = CaseStudyFactory(themes=[red, blue])
    assert replace_term(red, by=blue) == 2
    assert list(one.themes.all()) == list(both.themes.all()) == [blue]
    red.refresh_from_db()
    assert (red.is_active, red.replaced_by) == (False, blue)
    assert count_uses(red) == 0


def test_a_term_cannot_be_replaced_by_one_of_another_vocabulary(sync):
    sync(RED)
    other = Vocabulary.objects.create(slug="other", label_fr="Autre", label_en="Other")
    term = Term.objects.create(vocabulary=other, slug="x", label_fr="X", label_en="X")
    with pytest.raises(ValidationError):
        replace_term(theme("red"), by=term)


def test_a_term_in_use_is_not_deleted(sync):
    sync(RED + BLUE)
    page = PracticeSheetFactory(themes=[theme("red")])
    with pytest.raises(ValidationError):
        delete_term(theme("red"))
    assert page.themes.count() == 1
    delete_term(theme("blue"))
    assert not Term.objects.filter(slug="blue").exists()


def test_a_vocabulary_with_terms_is_not_deleted(sync):
    sync(RED)
    with pytest.raises(ValidationError):
        delete_vocabulary(Vocabulary.objects.get(slug="theme"))


def test_a_term_cannot_stand_below_itself(sync):
    sync("- {slug: red, fr: R, en: R, narrower: [{slug: pink, fr: R, en: P}]}\n")
    red = theme("red")
    red.parent = theme("pink")
    with pytest.raises(ValidationError) as error:
        red.full_clean()
    assert "parent" in error.value.message_dict
