import pytest
import wagtail_factories
from bs4 import BeautifulSoup
from django.core.cache import caches

from tests.practices.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    caches["renditions"].clear()
    image = wagtail_factories.ImageFactory(
        file__width=1200, file__height=900, description="Une classe en petits groupes"
    )
    return PracticeSheetFactory(image=image)


def picture(client, sheet):
    return BeautifulSoup(client.get(sheet.get_url()).content, "html5lib").select_one("picture")


def test_a_page_does_not_wait_for_the_formats_that_are_slow_to_make(client, sheet):
    first = picture(client, sheet)
    assert set(sheet.image.renditions.values_list("filter_spec", flat=True)) == {
        "fill-480x360|format-jpeg",
        "fill-960x720|format-jpeg",
    }
    assert (first.img["width"], first.img["height"]) == ("960", "720")
    assert first.img["alt"] == "Une classe en petits groupes"

    for source, kind in zip(first.select("source"), ["image/avif", "image/webp"], strict=True):
        assert source["type"] == kind
        for part in source["srcset"].split(", "):
            address, width = part.split(" ")
            assert width in {"480w", "960w"}
            answer = client.get(address)
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
            assert b"".join(answer.streaming_content)
    # From then on they are files like the others.
    srcset = picture(client, sheet).select_one("source")["srcset"]
    assert srcset.count("/media/images/") == 2


def test_an_address_that_nobody_signed_makes_no_image(client, sheet):
    address = picture(client, sheet).select_one("source")["srcset"].split(" ")[0]
    assert client.get(address.replace("480x360", "481x360")).status_code == 403


def test_a_page_whose_picture_is_gone_is_read_without(client, sheet):
    sheet.image.file.storage.delete(sheet.image.file.name)
    assert picture(client, sheet) is None
