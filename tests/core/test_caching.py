import gzip
from typing import Any

import pytest
from django.core.cache import caches

from tests.organizations.factories import person
from tests.practices.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh():
    caches["pages"].clear()


def test_a_page_for_everyone_is_not_made_again_for_who_has_it(
    client, django_assert_max_num_queries
):
    path = PracticeSheetFactory().get_url()
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in first["Vary"]
    assert not first.cookies

    with django_assert_max_num_queries(3):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again[name] == first[name]
    assert client.head(path)["ETag"] == first["ETag"]


def test_the_tag_is_that_of_the_answer_and_changes_with_it(client):
    sheet: Any = PracticeSheetFactory()
    path = sheet.get_url()
    tag = client.get(path)["ETag"]
    sheet.title = "Un autre titre"
    sheet.save_revision().publish()
    caches["pages"].clear()  # a minute later

    changed = client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_who_signs_in_shares_nothing_with_a_cache(client):
    path = PracticeSheetFactory().get_url()
    tag = client.get(path)["ETag"]
    client.force_login(person())

    answer = client.get(path, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-cache"
    assert "ETag" not in answer


def test_a_page_that_is_no_longer_for_everyone_is_not_found_by_who_has_it(client):
    sheet = PracticeSheetFactory()
    path = sheet.get_url()
    tag = client.get(path)["ETag"]
    sheet.sharing_level = "organization"
    sheet.save_revision().publish()

    assert client.get(path, headers={"If-None-Match": tag}).status_code == 404


def test_a_page_is_sent_small_and_known_again_by_who_has_it_so(client):
    path = PracticeSheetFactory().get_url()
    whole = client.get(path)
    sent = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert sent["Content-Encoding"] == "gzip"
    assert len(sent.content) < len(whole.content) / 2
    assert gzip.decompress(sent.content) == whole.content

    again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": sent["ETag"]})
    assert again.status_code == 304
