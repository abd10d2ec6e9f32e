"""What the pages that are read most may weigh and ask: home, results and a long sheet."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

import brotli
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files import File
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.fields import RichTextField

from core.static_files import StaticFilesStorage
from tests.organizations.factories import person
from tests.pages import pages_of_each_type
from tests.practices.factories import LessonFactory

HTML, STYLES, SCRIPTS, FIRST_VIEW, QUERIES = 40_000, 12_000, 20_000, 100_000, 12
PARAGRAPH = f"<p>{'Une phrase de longueur moyenne, comme on en écrit. ' * 10}</p>"


@pytest.mark.django_db
def test_the_pages_that_are_read_most_are_light_and_ask_little(search_index):
    lead, reader = person("responsable"), person("lectrice")
    sheet = pages_of_each_type(member=lead)["sheet"]
    for field in sheet._meta.fields:
        if isinstance(field, RichTextField):
            setattr(sheet, field.name, PARAGRAPH)
    sheet.save_revision(user=lead).publish()
    for number in range(20):
        LessonFactory(title=f"Une leçon sur les pairs, numéro {number}", themes=sheet.themes.all())
    search_index()

    for path in ["/fr/", "/fr/recherche/?q=pairs", sheet.get_url()]:
        for viewer in [None, reader, lead]:
            client = Client()
            if viewer:
                client.force_login(viewer)
            client.get(path)  # what a process learns once
            with CaptureQueriesContext(connection) as queries:
                response = client.get(path)
            assert response.status_code == 200
            asked = "\n".join(each["sql"][:200] for each in queries)
            assert len(queries) <= QUERIES, f"{path} {viewer}\n{asked}"
            page = BeautifulSoup(response.content, "html5lib")
            styles = weight(link["href"] for link in page.select('link[rel="stylesheet"]'))
            scripts = weight(script["src"] for script in page.select("script[src]"))
            html = len(response.content)
            print(path, viewer, f"{len(queries)} queries, {html=} {styles=} {scripts=}")
            assert html <= HTML
            assert 0 < styles <= STYLES
            assert 0 < scripts <= SCRIPTS
            assert len(gzip.compress(response.content)) + styles + scripts <= FIRST_VIEW


def weight(addresses) -> int:
    """What files weigh as WhiteNoise sends them to every browser of today, in bytes."""
    return sum(len(brotli.compress(served(address))) for address in addresses)


def served(address: str) -> bytes:
    """The file as `collectstatic` leaves it on a server."""
    path = address.removeprefix(settings.STATIC_URL)
    with TemporaryDirectory() as folder, Path(finders.find(path)).open("rb") as source:
        return Path(folder, StaticFilesStorage(folder).save(path, File(source))).read_bytes()
