"""What the files of the demo hold, and what is said of files that are wrong."""

import re
import shutil
from collections import Counter

import pytest
import yaml
from PIL import Image

from demo.content import FOLDER, IMAGES, DemoContentError, read_scenario
from demo.images import PICTURES
from organizations.models import Role


@pytest.fixture(scope="module")
def scenario():
    return read_scenario()


@pytest.fixture
def folder(tmp_path):
    """A copy of the demo's content that may be spoiled."""
    copy = tmp_path / "content"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("*.png"))
    return copy


def spoil(folder, **changes):
    path = folder / "pages" / "plan-de-cours-inclusif.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data = {key: value for key, value in {**data, **changes}.items() if value is not None}
    path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")


def test_there_is_enough_to_read_in_both_languages(scenario):
    assert len(scenario.pages) >= 45
    assert sum("en" in page.languages for page in scenario.pages) >= 20
    states = Counter(page.data["state"] for page in scenario.pages)
    assert states["in_review"] >= 5
    assert states["rejected"] == 1
    levels = Counter(page.data["sharing_level"] for page in scenario.pages)
    assert levels["organization"] >= 2
    assert levels["community"] >= 2


def test_every_organization_writes_and_has_all_roles_and_something_to_moderate(scenario):
    slugs = {each["slug"] for each in scenario.organizations}
    assert len(slugs) == 5
    roles: dict[str, set[str]] = {slug: set() for slug in slugs}
    for person in scenario.people:
        for slug, role in person.memberships:
            roles[slug].add(role)
    assert all(found >= {"contributor", "editor", "moderator", "lead"} for found in roles.values())
    assert set.union(*roles.values()) == set(Role.values)
    community = {role for person in scenario.people for role in person.community}
    assert community == {"facilitator", "steering", "mediator"}
    waiting = {p.data["organization"] for p in scenario.pages if p.data["state"] == "in_review"}
    assert waiting == {page.data["organization"] for page in scenario.pages} == slugs


def in_french(value, key=""):
    """Every text in `value` but those that are told in English."""
    if isinstance(value, dict):
        for name, each in value.items():
            if not (name == "en" or name.endswith(("_en", "slug"))):
                yield from in_french(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from in_french(each, key)
    elif isinstance(value, str) and "://" not in value:
        yield value


@pytest.mark.parametrize(
    ("slip", "rule"),
    [
        (r"\w'\w", "the apostrophe is ’"),
        (r" :|«(?!\u00a0)|(?<!\u00a0)»", "a no-break space stands before : and inside « »"),
        (r"(?<!\u202f)[;!?](?!\w)", "a thin no-break space stands before ; ! ?"),
        (r"\d (?=[%$]|\d{3}\b)", "a number keeps its sign and its thousands"),
    ],
)
def test_the_french_of_the_demo_keeps_the_rules_of_its_typography(slip, rule):
    files = sorted(FOLDER.rglob("*.yaml"))
    assert files
    slips = [
        (path.name, text)
        for path in files
        for text in in_french(yaml.safe_load(path.read_text("utf-8")))
        if re.search(slip, text)
    ]
    assert slips == [], rule


def test_pages_refer_to_each_other(scenario):
    referring = [page for page in scenario.pages if page.references]
    assert len(referring) >= 20
    assert len({slug for page in referring for slug in page.references}) >= 12


def test_every_picture_is_drawn_and_every_drawing_is_used(scenario):
    assert scenario.image_names == set(PICTURES) == {path.name for path in IMAGES.iterdir()}


@pytest.mark.parametrize("name", ["ondes.png", "logo-upgm.png"])
def test_the_kept_pictures_are_those_that_the_script_draws(name):
    drawn = PICTURES[name]().finished().convert("RGB").resize((60, 40))
    kept = Image.open(IMAGES / name).convert("RGB").resize((60, 40))
    pairs = zip(drawn.tobytes(), kept.tobytes(), strict=True)
    assert sum(abs(a - b) for a, b in pairs) / (60 * 40 * 3) < 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"colour": "red"}, "unknown key “colour”"),
        ({"type": "poem"}, "no type “poem”"),
        ({"state": "lost"}, "no state “lost”"),
        ({"sharing_level": "all"}, "no sharing level “all”"),
        ({"fr": None}, "the French text is missing"),
        ({"author": "karim-benali"}, "“karim-benali” is not of the organization"),
        ({"approved_by": "maika-tremblay-nguyen"}, "is no moderator"),
        ({"published_on": None}, "needs “published_on”"),
        ({"state": "rejected"}, "needs “rejection_comment”"),
        ({"practices": ["nowhere"]}, "no practice sheet “nowhere”"),
        ({"slug": "other"}, "not the name of the file"),
        ({"en": {"title": "T", "poem": "P"}}, "en: a practice-sheet has no “poem”"),
    ],
)
def test_a_page_that_is_wrong_says_where_and_why(folder, changes, expected):
    spoil(folder, **changes)
    with pytest.raises(DemoContentError) as error:
        read_scenario(folder)
    assert str(error.value).startswith("plan-de-cours-inclusif.yaml: ")
    assert expected in str(error.value)


def test_a_file_that_is_no_yaml_is_named(folder):
    (folder / "pages" / "contrat-d-equipe.yaml").write_text("slug: [", "utf-8")
    with pytest.raises(DemoContentError, match=r"contrat-d-equipe\.yaml"):
        read_scenario(folder)
