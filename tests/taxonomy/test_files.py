"""The shipped files, and what is said of files that are wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db.models import Model
from django.utils import translation

from organizations.models import Organization
from practices.models import CaseStudyPage, LessonPage, PracticeCompetency, PracticeSheetPage
from practices.models.knowledge import RETIRED
from taxonomy.files import VocabularyFileError, read_file, read_folder
from taxonomy.models import Term

DEMO = Path(__file__).parents[2] / "demo" / "content"
QUEBEC_REGIONS = 17
# Where the demo's files name terms.
DEMO_KEYS = {
    "themes": "theme",
    "settings": "setting",
    "audiences": "audience",
    "education_levels": "education_level",
    "territories": "territory",
    "territory": "territory",
    "delivery_modes": "delivery_mode",
    "cost_class": "cost_class",
    "evidence_level": "evidence_level",
    "status": "status",
    "impact": "impact",
    "dimension": "competency",
    "level": "competency_level",
}


@pytest.fixture(scope="module")
def shipped() -> dict[str, dict[str, Any]]:
    return {file.slug: {term.slug: term for term in file.terms} for file in read_folder()}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def write(folder: Path, terms: str, head: str = "hierarchical: true") -> Path:
    path = folder / "colour.yaml"
    path.write_text(f"slug: colour\nfr: Couleur\nen: Colour\n{head}\nterms:\n{terms}", "utf-8")
    return path


def test_every_vocabulary_that_the_models_name_is_shipped(shipped):
    models: list[type[Model]] = [
        PracticeSheetPage,
        CaseStudyPage,
        LessonPage,
        PracticeCompetency,
        Organization,
    ]
    named = {
        field.get_limit_choices_to()["vocabulary__slug"]
        for model in models
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model is Term
    }
    assert named == set(shipped)


def test_every_term_that_the_demo_names_is_shipped(shipped):
    missing = []
    for path in sorted(DEMO.rglob("*.yaml")):
        for key, value in _named_terms(yaml.safe_load(path.read_text("utf-8"))):
            if value not in shipped[DEMO_KEYS[key]]:
                missing.append(f"{path.name}: {key}: {value}")
    assert missing == []


def _named_terms(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, list):
        for item in data:
            yield from _named_terms(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in DEMO_KEYS:
                yield from ((key, item) for item in (value if isinstance(value, list) else [value]))
            else:
                yield from _named_terms(value)


def test_scales_run_through_their_ranks(shipped):
    assert [term.rank for term in shipped["evidence_level"].values()] == [0, 1, 2, 3, 4, 5]
    assert [term.rank for term in shipped["cost_class"].values()] == [1, 2, 3, 4, 5]
    assert RETIRED in shipped["status"]


def test_quebec_has_its_seventeen_regions(shipped):
    regions = [term for term in shipped["territory"].values() if term.parent == "quebec"]
    assert len(regions) == QUEBEC_REGIONS


def test_each_edition_of_the_framework_has_twelve_dimensions_and_says_how_far_it_was_checked(
    shipped,
):
    for edition in ("2019", "2025"):
        terms = [term for term in shipped["competency"].values() if term.edition == edition]
        assert len(terms) == 12
        assert all(term.wording for term in terms)
    # What could not be checked is not offered.
    assert not any(t.is_active for t in shipped["competency"].values() if t.edition == "2025")


def test_terms_follow_their_broader_term_with_its_path(tmp_path):
    path = write(
        tmp_path,
        "- {slug: red, fr: Rouge, en: Red, narrower: [{slug: pink, fr: Rose, en: Pink}]}\n"
        "- {slug: blue, fr: Bleu, en: Blue}\n",
    )
    terms = read_file(path).terms
    assert [(term.slug, term.path, term.order) for term in terms] == [
        ("red", "red", 10),
        ("pink", "red/pink", 20),
        ("blue", "blue", 30),
    ]


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        ("- {slug: red, en: Red}", "“red”: “fr” is missing"),
        ("- {fr: Rouge, en: Red}", "“slug” is missing"),
        ("- {slug: 'so red', fr: R, en: R}", "“so red” is no identifier"),
        ("- {slug: r, fr: R, en: R}\n- {slug: r, fr: R, en: R}", "“r”: two terms"),
        ("- {slug: r, fr: R, en: R, colour: 1}", "“r”: unknown key “colour”"),
        ("- {slug: r, fr: R, en: R, rank: high}", "“r”: “rank” must be of type int"),
        ("- {slug: r, fr: [R], en: R}", "“r”: “fr” must be of type str"),
        ("- {slug: r, fr: R, en: R, edition: '1'}", "“r”: no edition “1”"),
        ("- {slug: r, fr: R, en: R, wording: sure}", "“r”: no wording “sure”"),
        ("- {slug: r, fr: R, en: R, replaced_by: x}", "“r”: it is replaced by “x”, which"),
        (
            "- {slug: r, fr: R, en: R, replaced_by: s}\n- {slug: s, fr: S, en: S, replaced_by: r}",
            "“r”: its replacements form a circle",
        ),
        (
            "- {slug: r, fr: R, en: R, formerly: [s]}\n- {slug: s, fr: S, en: S}",
            "“r”: its former name “s” is taken",
        ),
        (f"- {{slug: r, fr: {'R' * 251}, en: R}}", "“r”: “fr” has 251 characters; at most 250"),
        ("- red", "a list of “key: value” lines is expected"),
        ("  []", "“terms” is missing"),
        ("- {slug: r", "while parsing"),
    ],
)
def test_a_file_that_is_wrong_says_where_and_why(tmp_path, terms, expected):
    with pytest.raises(VocabularyFileError) as error:
        read_file(write(tmp_path, terms))
    assert str(error.value).startswith("colour.yaml")
    assert expected in str(error.value)


def test_a_flat_vocabulary_has_no_broader_terms(tmp_path):
    terms = "- {slug: red, fr: R, en: R, narrower: [{slug: pink, fr: R, en: P}]}\n"
    with pytest.raises(VocabularyFileError, match=r"“pink”.*hierarchical: true"):
        read_file(write(tmp_path, terms, head=""))


def test_an_edition_does_not_end_before_it_starts(tmp_path):
    head = "editions: [{slug: '1', fr: '1', en: '1', valid_from: 2020-01-01, valid_to: 2019-01-01}]"
    with pytest.raises(VocabularyFileError, match="“1” ends before it starts"):
        read_file(write(tmp_path, "- {slug: r, fr: R, en: R}", head))


def test_two_files_cannot_hold_one_vocabulary(tmp_path):
    path = write(tmp_path, "- {slug: r, fr: R, en: R}")
    (tmp_path / "other.yaml").write_text(path.read_text("utf-8"), "utf-8")
    with pytest.raises(VocabularyFileError, match=r"also in colour\.yaml"):
        read_folder(tmp_path)


def test_an_empty_folder_is_named(tmp_path):
    with pytest.raises(VocabularyFileError, match=r"no \.yaml file"):
        read_folder(tmp_path)
