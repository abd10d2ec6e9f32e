"""What people could send that is neither words nor numbers nor addresses of this site."""

import xml.etree.ElementTree as ET
from typing import Any

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import RequestFactory
from django.urls import reverse

from core.same_origin import is_ours
from core.text import number_in, one_line, printable
from tests.practices.factories import PracticeSheetFactory


@pytest.fixture
def secret():
    """A document in the folder beside that of resized images."""
    name = default_storage.save("documents/secret.txt", ContentFile(b"TOPSECRET"))
    default_storage.save("images/nothing.txt", ContentFile(b"x"))
    yield name
    default_storage.delete(name)


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "x/../../"])
def test_the_addresses_of_images_lead_to_nothing_else(client, secret, way):
    assert settings.MEDIA_URL == "/media/"
    answer = client.get(f"/media/images/{way}{secret}")
    assert answer.status_code in (400, 404)
    assert client.get(f"/media/{secret}").status_code == 404


@pytest.mark.parametrize("header", ["HTTP_ORIGIN", "HTTP_REFERER"])
@pytest.mark.parametrize("value", ["http://[", "http://[::1", "null", "", "http://evil.test/"])
def test_a_form_from_elsewhere_or_from_nowhere_is_not_ours(header, value):
    assert not is_ours(RequestFactory().post("/", **{header: value}))


def test_a_number_is_one_that_a_row_can_have():
    assert number_in("12") == 12
    for text in ("", "x", "-1", "1.0", "9" * 19, "9" * 5000):
        assert number_in(text) is None


def test_a_line_is_one_line_of_signs_that_can_be_shown():
    assert one_line("Ligne\nBcc: x\x0b \ufffe") == "Ligne Bcc: x"
    assert one_line("prix\u00a0: 5\u202f%") == "prix\u00a0: 5\u202f%"
    assert printable("un\x01\ndeux\uffff") == "un\ndeux"


@pytest.mark.django_db
def test_a_page_keeps_no_sign_that_a_feed_cannot_hold(client, search_index):
    sheet: Any = PracticeSheetFactory(title="Tutorat\x0b\ufffe\nBcc: x", summary="un\x01\ndeux")
    search_index()

    sheet.refresh_from_db()
    assert sheet.title == "Tutorat Bcc: x"
    assert sheet.summary == "un\ndeux"
    for asked in ("", "?q=%EF%BF%BE", "?q=%0B"):
        ET.fromstring(client.get(reverse("exchange:feed") + asked).content)


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("wagtailadmin_choose_page_external_link", {}),
        ("wagtailredirects:process_import", {}),
        ("wagtailadmin_pages:copy", {"page_id"}),
        ("wagtailadmin_pages:edit", {"page_id"}),
    ],
)
def test_a_form_without_its_fields_is_the_sender_s_fault(admin_client, name, kwargs):
    sheet = PracticeSheetFactory()

    answer = admin_client.post(reverse(name, kwargs=dict.fromkeys(kwargs, sheet.pk)))

    assert answer.status_code == 400
    assert "Erreur 400" in answer.content.decode()
