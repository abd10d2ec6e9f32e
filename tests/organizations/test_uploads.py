"""Files with bad intentions: what an editor cannot upload, and what no uploaded file can do."""

import struct
import zipfile
import zlib
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from organizations.models import Organization
from organizations.uploads import checked_document, without_metadata
from tests.organizations.factories import editor, organization

pytestmark = pytest.mark.django_db

SCRIPT = b"<!doctype html><script>alert(document.cookie)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
IMAGE_DOORS = ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"]
DOCUMENT_DOORS = ["wagtaildocs:add", "wagtaildocs:add_multiple", "wagtaildocs_chooser:create"]


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def writer(client: Client, rives: Organization) -> Client:
    """An editor of the organization, signed in."""
    client.force_login(editor("plume", member_of=rives))
    return client


def upload(client: Client, door: str, name: str, content: bytes, organization: Organization) -> Any:
    """Send a file through one of the admin's doors, as the page or the script there would."""
    file = SimpleUploadedFile(name, content)
    field = "files[]" if door.endswith("multiple") else "file"
    data = {"title": name, "collection": organization.collection_id, field: file}
    if door.endswith("chooser:create"):
        prefix = "image" if "images" in door else "document"
        data = {f"{prefix}-chooser-upload-{key}": value for key, value in data.items()}
    headers = {"X-Requested-With": "XMLHttpRequest"}
    return client.post(reverse(door), data, headers=headers)


def picture(size: tuple[int, int] = (2, 2), kind: str = "png") -> bytes:
    written = BytesIO()
    PillowImage.new("RGB", size).save(written, kind)
    return written.getvalue()


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it has `side` × `side` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side // 8 + 1) * 100)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("door", IMAGE_DOORS)
def test_an_image_goes_in_by_every_door(writer, rives, door):
    assert upload(writer, door, "plage.png", picture(), rives).status_code in (200, 302)
    assert get_image_model().objects.get().collection == rives.collection


@pytest.mark.parametrize("door", IMAGE_DOORS)
def test_what_is_no_image_or_too_large_a_one_is_refused_with_a_reason(writer, rives, door):
    refused = [
        ("page.png", SCRIPT),
        ("dessin.png", DRAWING),
        ("dessin.svg", DRAWING),
        ("plage.jpg", picture()),
        ("plage.html", picture()),
        ("plage.png.html", picture()),
        ("bombe.png", bomb(20_000)),
        ("bombe.png", bomb(12_000)),
    ]
    for name, content in refused:
        answer = upload(writer, door, name, content, rives)

        assert answer.status_code == 200, name
        assert "error" in answer.content.decode(), name
        assert not get_image_model().objects.exists(), name


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
def test_a_document_goes_in_by_every_door(writer, rives, door):
    assert upload(writer, door, "notes.txt", b"Des chiffres.", rives).status_code in (200, 302)
    assert get_document_model().objects.get().collection == rives.collection


@pytest.mark.parametrize("door", DOCUMENT_DOORS)
def test_a_document_that_a_browser_or_a_computer_would_run_is_refused(writer, rives, door):
    refused = ["page.html", "page.xhtml", "dessin.svg", "programme.exe"]
    refused += ["page.html.pdf", "page.svg.zip", "page.html.docx"]
    for name in [*refused, "rapport.pdf.html", "rapport.pdf.exe", "rapport.pdf.", "rapport"]:
        answer = upload(writer, door, name, SCRIPT, rives)

        assert answer.status_code == 200, name
        assert "error" in answer.content.decode(), name
        assert not get_document_model().objects.exists(), name


DISGUISED = {
    "page.html.txt": "text/plain",
    "page.html.csv": "text/csv",
    "page.svg.zip": "application/zip",
    "page.html.pdf": "application/pdf",
}


def test_a_disguised_document_never_becomes_a_page_of_the_site(writer, rives):
    for name, kind in DISGUISED.items():
        # As one that came before its content was looked at.
        document = get_document_model()(title=name, collection=rives.collection)
        document.file.save(name, ContentFile(SCRIPT))
        answer = writer.get(get_document_model().objects.get(title=name).url)
        assert b"".join(answer.streaming_content) == SCRIPT
        # A PDF is read where it is found; everything else is saved.
        place = "inline" if name.endswith("pdf") else "attachment"
        assert answer["Content-Disposition"].startswith(place)
        assert answer["Content-Type"].startswith(kind)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'"


def test_no_uploaded_file_has_an_address_that_asks_nobody(writer, rives):
    upload(writer, "wagtaildocs:add", "notes.txt", b"Des chiffres.", rives)
    upload(writer, "wagtailimages:add", "plage.png", picture(), rives)

    for model in (get_document_model(), get_image_model()):
        assert writer.get(f"/media/{model.objects.get().file.name}").status_code == 404


def test_what_a_camera_and_an_office_suite_note_of_people_does_not_come_in(writer, rives):
    exif = PillowImage.Exif()
    exif[0x010E] = "zorglub"
    written = BytesIO()
    PillowImage.new("RGB", (4, 2)).save(written, "jpeg", exif=exif)
    office = BytesIO()
    with zipfile.ZipFile(office, "w") as parts:
        parts.writestr("word/document.xml", "<w:document/>")
        parts.writestr("docProps/core.xml", "<cp:coreProperties>zorglub</cp:coreProperties>")
    for door in IMAGE_DOORS:
        upload(writer, door, "plage.jpg", written.getvalue(), rives)
    for door in DOCUMENT_DOORS:
        upload(writer, door, "notes.docx", office.getvalue(), rives)

    files = [*get_image_model().objects.all(), *get_document_model().objects.all()]
    assert len(files) == 6
    for each in files:
        with each.file.open() as file:
            content = file.read()
        assert b"zorglub" not in content
    with zipfile.ZipFile(BytesIO(content)) as kept:
        assert kept.read("word/document.xml") == b"<w:document/>"
        assert b"coreProperties" in kept.read("docProps/core.xml")


@pytest.mark.parametrize("door", IMAGE_DOORS)
def test_a_photo_of_an_iphone_becomes_one_that_every_browser_shows(writer, rives, door):
    exif = PillowImage.Exif()
    exif[0x010F] = "Zorglub"
    written = BytesIO()
    PillowImage.new("RGBA", (64, 48), "teal").save(written, "heif", exif=exif)
    upload(writer, door, "plage.heic", written.getvalue(), rives)
    image = get_image_model().objects.get()
    assert image.file.name.endswith(".jpg")
    with image.file.open() as file:
        assert b"Zorglub" not in file.read()
        kept = PillowImage.open(file)
        assert (kept.format, kept.size, kept.mode) == ("JPEG", (64, 48), "RGB")


def test_a_photo_larger_than_any_screen_becomes_smaller_and_stays_upright():
    exif = PillowImage.Exif()
    exif[0x0112] = 6  # turned by a quarter
    written = BytesIO()
    PillowImage.new("RGB", (8064, 6048)).save(written, "jpeg", exif=exif)
    kept = without_metadata(SimpleUploadedFile("plage.jpg", written.getvalue()))
    assert PillowImage.open(kept).size == (3024, 4032)


def office() -> bytes:
    """A document of a word processor that names somebody in each part."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b'<w:ins w:author="Ada Roy" w:initials="AR"/>' * 40)
        archive.writestr("DocProps/Core.xml", b"<dc:creator>Ada Roy</dc:creator>")
        archive.writestr("word/people.xml", b'<w15:person w15:author="Ada Roy"/>')
    return written.getvalue()


def test_the_names_in_the_text_of_a_document_go_too():
    cleaned = checked_document(SimpleUploadedFile("note.docx", office()))

    with zipfile.ZipFile(cleaned) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Ada" not in whole
    assert whole.count(b'w:author=""') == 40


@pytest.mark.parametrize("place", range(30, 400, 30))
def test_a_damaged_document_is_refused_or_read_but_never_an_error(place):
    content = bytearray(office())
    content[place] ^= 0xFF
    for damaged in (bytes(content), office()[:place]):
        with suppress(ValidationError):
            checked_document(SimpleUploadedFile("note.docx", damaged))


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow says what is damaged
@pytest.mark.parametrize("kind", ["jpeg", "png"])
def test_a_damaged_image_is_refused_or_read_but_never_an_error(kind):
    exif = PillowImage.Exif()
    exif[0x0112], exif[0x9286], exif[0x8825] = 6, "Ada", {1: "N", 2: (1.0, 2.0, 3.0)}
    written = BytesIO()
    PillowImage.new("RGB", (8, 8)).save(written, kind, exif=exif)
    whole = written.getvalue()
    for place in range(20, min(len(whole), 260), 3):
        content = bytearray(whole)
        content[place] ^= 0xFF
        with suppress(ValidationError):
            without_metadata(SimpleUploadedFile(f"x.{kind}", bytes(content)))
