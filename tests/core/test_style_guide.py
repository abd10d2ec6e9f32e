"""The style guide shows every component of the reader's pages, by the templates that pages use."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.urls import reverse

from tests.organizations.factories import person

pytestmark = pytest.mark.django_db

# What makes the frame of a page, or cannot be seen, is not shown by itself.
FRAME = {
    "components/look.html",
    "components/theme.html",
    "components/feed_link.html",
    "components/open_graph.html",
    "components/view_meta.html",
}


@pytest.fixture
def editor(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.mark.parametrize(
    ("language", "word"), [("fr", "Fiche de pratique"), ("en", "Practice sheet")]
)
def test_every_shared_component_is_shown_in_both_languages(editor, language, word):
    answer = editor.get(reverse("style_guide_components"), {"language": language})

    page = BeautifulSoup(answer.content, "html5lib")
    assert page.html["lang"] == language
    assert word in page.get_text()
    folder = Path(settings.BASE_DIR, "templates", "components")
    shared = {f"components/{path.name}" for path in folder.glob("*.html")}
    rendered = {template.name for template in answer.templates}
    assert shared - rendered - FRAME == set(), "add specimens of them"


def test_the_page_of_the_admin_has_a_frame_for_each_language(editor):
    page = BeautifulSoup(editor.get(reverse("style_guide")).content, "html5lib")

    assert [frame["src"].partition("?")[2] for frame in page.select("iframe")] == [
        "language=fr",
        "language=en",
    ]


def test_a_language_that_is_not_spoken_here_is_passed_over(editor):
    answer = editor.get(reverse("style_guide_components"), {"language": "xx"})

    assert answer.status_code == 200


def test_readers_without_a_part_in_the_admin_do_not_see_it(client):
    client.force_login(person("lectrice"))

    assert client.get(reverse("style_guide")).status_code != 200
