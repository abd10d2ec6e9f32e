"""What leaves the site is the same whether or not there are pages that its reader may not see."""

import io
import re
from typing import Any

import openpyxl
import pypdf
import pytest
from django.core.cache import caches
from django.test import Client

from exchange.exporting.formats import FORMATS
from notifications.models import SavedSearch
from notifications.saved_searches import save_search
from notifications.watching import look_for_results
from practices.models import Remark
from search.answers import known_facets
from search.params import SearchParams
from tests.organizations.factories import organization, person
from tests.practices.factories import LessonFactory, PracticeSheetFactory, organization_page

# Another one in each answer: the token of those who have signed in, and how long a search took.
CHANGING = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"took_ms": [\d.]+')
pytestmark = pytest.mark.django_db


def content(client: Client, path: str, name: str) -> Any:
    raw = b"".join(client.get(path).streaming_content)
    if name == "xlsx":
        return list(openpyxl.load_workbook(io.BytesIO(raw)).active.iter_rows(values_only=True))
    if name == "pdf":
        return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(raw)).pages]
    return raw


def everything(client: Client, names: list[str], read: str) -> dict[str, Any]:
    """All that the site gives `client`, who reads the page at `read`, with its ETags.

    `names` are those of a shared selection.
    """
    caches["pages"].clear()
    shared = "&".join(f"p={name}" for name in names)
    found: dict[str, Any] = {}
    for name in FORMATS:
        for path in ("/fr/recherche/exporter/?q=tutorat", f"/fr/ma-selection/exporter/?{shared}"):
            found[f"{path}&format={name}"] = content(client, f"{path}&format={name}", name)
    for path in (
        "/fr/recherche/exporter/?q=tutorat",
        "/fr/recherche/flux/?q=tutorat",
        "/en/search/feed/?language=fr",
        f"/fr/ma-selection/?{shared}",
        read,
        "/fr/",
        "/fr/organisations/",
        "/fr/recherche/?q=tutorat",
        "/fr/parcourir/",
        "/api/v1/search/?q=tutorat&lang=fr",
        "/api/v1/suggest/?q=tut&lang=fr",
        "/sitemap.xml",
        "/sitemap-pages.xml",
        "/sitemap-themes.xml",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        found[path] = (answer.get("ETag", ""), CHANGING.sub("", answer.content.decode()))
    return found


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_hidden_pages_change_nothing_that_leaves_the_site(who, search_index):
    organization("essai")
    partner = organization("partenaire")
    client, reader = Client(), person("ailleurs", member_of=organization("ailleurs"))
    if who == "stranger":
        client.force_login(reader)
    seen = LessonFactory(title="Le tutorat", lesson="<p>Une leçon.</p>")
    # The names of pages that do not exist yet: a link may come first.
    hidden = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(3)]
    names = [str(seen.persistent_id), *hidden]
    read = seen.get_url()
    search_index()
    params = SearchParams("fr", tuple(facet.name for facet in known_facets()), text="tutorat")
    save_search(reader, name="Tutorat", params=params, frequency="immediate")
    before = everything(client, names, read)
    assert bool(before[read][0]) == (who == "anonymous")

    fields = {"summary": "Le tutorat interne.", "parent": organization_page("essai")}
    PracticeSheetFactory(
        title="Tutorat interne", sharing_level="organization", persistent_id=hidden[0], **fields
    )
    LessonFactory(title="Brouillon de tutorat", live=False, persistent_id=hidden[1], **fields)
    LessonFactory(
        title="Tutorat entre nous", sharing_level="partners", persistent_id=hidden[2], **fields
    )
    Remark.objects.create(page=seen, author_name="Ada", organization=partner, text="Le tutorat ?")
    search_index()

    assert everything(client, names, read) == before
    SavedSearch.objects.update(looked_at="2020-01-01T00:00:00Z")
    look_for_results()
    assert not SavedSearch.objects.get().mails.exists()
    seen.sharing_level = "organization"
    seen.save()
    search_index()
    after = everything(client, names, "/fr/")
    assert any(after[path] != before[path] for path in after)  # the test can fail
