"""Every format, read back by a program that has nothing to do with ours."""

import base64
import csv
import datetime
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html import escape
from subprocess import TimeoutExpired
from typing import Any
from zipfile import ZipFile

import bibtexparser
import extruct
import openpyxl
import pypdf
import pytest
import rispy
from django.test import Client
from django.utils.timezone import localtime
from markdown_it import MarkdownIt

from exchange.comparison import compare
from exchange.exporting import printing
from exchange.exporting.dossier import Dossier
from exchange.exporting.formats import FORMATS
from exchange.exporting.printing import tree
from exchange.exporting.records import records
from exchange.exporting.scan import BATCH
from practices.models import Contribution, KnowledgePage
from tests.organizations.factories import organization, person
from tests.practices.factories import (
    CaseStudyFactory,
    LessonFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)

pytestmark = pytest.mark.django_db

NASTY = '=HYPERLINK("http://example.org";"L’œuvre & <b>100 %</b> {d’été} #1_a")'


def sheet(**fields):
    page = PracticeSheetFactory(
        title=NASTY,
        slug="fiche",
        problem="<p>Des élèves <b>se taisent</b>, voir <a href='https://example.org/x'>ceci</a>.</p>"
        "<ul><li>un</li><li>deux<ul><li>plus bas</li></ul></li></ul><h4>Et puis</h4><p>Fin.</p>",
        building_blocks=json.dumps(
            [
                {
                    "type": "building_block",
                    "value": {
                        "title": "Se préparer",
                        "aim": "Savoir où l’on va.",
                        "steps": ["<p>Lire.</p>", "<p>Écrire.</p>"],
                        "enabling_factors": "",
                    },
                }
            ]
        ),
        cost_class=term("cost_class", "low", label_fr="Faible"),
        **fields,
    )
    Contribution.objects.create(
        page=page, name="Zoé Tremblay, Ph. D.", affiliation="Cégep", role="writing"
    )
    Contribution.objects.create(page=page, name="Une relectrice", role="review")
    return page


@pytest.fixture
def site(search_index):
    """A sheet with all that is hard to write down, a case and a lesson; found by “fiche”."""
    made = sheet()
    CaseStudyFactory(title="Un cas", aims="<p>Apprendre.</p>")
    LessonFactory(title="Une leçon", contact_name="Quelqu’une", anonymous_by_proxy=True)
    search_index()
    return made


def body(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer.streaming
    assert "attachment" in answer["Content-Disposition"]
    assert not answer.cookies
    return b"".join(answer.streaming_content)


def export(name, client=None, query=""):
    return body(client or Client(), f"/fr/recherche/exporter/?{query}format={name}")


def test_a_table_opens_in_a_spreadsheet_and_runs_nothing(site):
    raw = export("csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = {row["Titre"]: row for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))}
    assert set(rows) == {f"'{NASTY}", "Un cas", "Une leçon"}
    assert rows[f"'{NASTY}"]["Coût"] == "Faible"
    assert "se taisent" in rows[f"'{NASTY}"]["Problème"]
    assert not [v for row in rows.values() for v in row.values() if v[:1] in set("=+-@\t\r\n")]

    book = openpyxl.load_workbook(io.BytesIO(export("xlsx")))
    lines = list(book.active.iter_rows())
    titles = [line[0].value for line in lines[1:]]
    assert sorted(titles) == sorted([NASTY, "Un cas", "Une leçon"])
    assert not [cell for line in lines for cell in line if cell.data_type == "f"]
    assert (lines[0][0].value, lines[0][-1].value) == ("Titre", "Identifiant pérenne")
    assert str(site.persistent_id) in [line[-1].value for line in lines[1:]]
    sheet = book.active
    assert sheet.freeze_panes == "B2"  # the heading and the titles
    assert sheet.auto_filter.ref == f"A1:{lines[-1][-1].coordinate}"
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in lines[0]]
    assert min(widths) >= 12
    assert max(widths) <= 60
    assert len(set(widths)) > 3  # each fits what it holds
    assert all(cell.alignment.wrap_text for line in lines for cell in line if cell.value)


def test_references_are_read_by_what_researchers_use(site):
    ris = {entry["title"]: entry for entry in rispy.loads(export("ris").decode())}
    assert ris[NASTY]["authors"] == ["Tremblay, Zoé"]
    assert ris[NASTY]["urls"] == [f"http://testserver/id/{site.persistent_id}/"]
    assert ris["Une leçon"]["authors"] == ["Essai"]  # nobody is named: its organization stands

    library = bibtexparser.parse_string(export("bibtex").decode())
    assert not library.failed_blocks
    entry = library.entries_dict[str(site.persistent_id)]
    assert entry["author"] == "{Tremblay}, Zoé"
    assert r"\{d’été\} \#1\_a" in entry["title"]

    csl = {item["id"]: item for item in json.loads(export("csl-json"))}
    assert csl[str(site.persistent_id)]["title"] == NASTY
    day = localtime(site.last_published_at or site.first_published_at)
    assert csl[str(site.persistent_id)]["issued"] == {
        "date-parts": [[day.year, day.month, day.day]]
    }
    assert csl[str(site.persistent_id)]["author"] == [{"family": "Tremblay", "given": "Zoé"}]
    assert [item["author"] for item in csl.values() if item["title"] == "Une leçon"] == [
        [{"literal": "Essai"}]
    ]
    assert json.loads(export("csl-json", query="q=introuvable&")) == []


def test_linked_data_is_what_crawlers_read(site):
    html = f'<script type="application/ld+json">{export("json-ld").decode()}</script>'
    [found] = extruct.extract(html, syntaxes=["json-ld"])["json-ld"]
    nodes = {node["name"]: node for node in found["@graph"]}
    assert nodes[NASTY]["@type"] == ["HowTo", "LearningResource"]
    assert nodes[NASTY]["author"][0]["affiliation"]["name"] == "Cégep"
    assert nodes["Une leçon"]["author"] == [{"@type": "Organization", "name": "Essai"}]
    for node in nodes.values():  # to the letter what its page says, and its text
        page = Client().get(node["url"].removeprefix("http://testserver")).content.decode()
        [said] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
        assert {**said["@graph"][0], "text": node["text"]} == node
    assert "se taisent" in nodes[NASTY]["text"]


def test_a_text_in_markdown_says_what_the_page_says(site):
    text = export("markdown", query="type=practice-sheet&").decode()
    html = MarkdownIt().render(text)
    assert "<b>100" not in html  # what looks like mark-up in a title is its words
    assert "&lt;b&gt;100" in html
    assert "<h3>Problème</h3>" in html
    assert "<strong>se taisent</strong>" in html
    assert '<a href="https://example.org/x">ceci</a>' in html
    assert "<h4>Se préparer</h4>" in html


def test_a_summary_stays_a_paragraph_in_markdown_whatever_it_begins_with(search_index):
    summaries = ["1. Écouter", "2) Dire", "- Lire", "+ 3 %", "=", "---", "&copy; &lt;b&gt;"]
    for summary in [*summaries, "12\u00a0% : x"]:
        LessonFactory(summary=summary)
    search_index()
    html = MarkdownIt().render(export("markdown").decode())
    for summary in [*summaries, "12\u00a0% : x"]:
        assert f"<p>{escape(summary)}</p>" in html


def test_a_dossier_is_a_tagged_pdf_with_its_fonts(site, caplog):
    pdf = pypdf.PdfReader(io.BytesIO(export("pdf")))
    assert not caplog.records  # nothing kept it from being PDF/UA
    text = " ".join(page.extract_text() for page in pdf.pages)
    outline: Any = pdf.outline
    assert NASTY in " ".join(item["/Title"] for item in outline if isinstance(item, dict))
    assert "Se préparer" in text
    assert "se taisent" in text
    root: Any = pdf.root_object
    assert root["/Lang"] == "fr"
    assert pdf.metadata.author
    assert "Passerelle" not in pdf.metadata.author  # those who wrote it, not the site
    assert root["/MarkInfo"]["/Marked"]
    assert "pdfuaid:part" in pdf.xmp_metadata.stream.get_data().decode()
    for page in pdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            [inner] = font.get_object()["/DescendantFonts"]
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"])
    assert export("pdf", query="q=introuvable&").startswith(b"%PDF")  # an empty one too


def test_a_dossier_that_does_not_end_keeps_no_other_one_waiting(site, monkeypatch):
    with monkeypatch.context() as changed:
        changed.setattr(printing, "LONGEST", 0.001)
        with pytest.raises(TimeoutExpired):
            export("pdf")
    assert export("pdf").startswith(b"%PDF")


def test_who_comes_while_others_wait_for_a_dossier_is_told_to_come_again(site, client):
    address = "/fr/recherche/exporter/?q=&format="
    with ThreadPoolExecutor(2) as pool, printing.TURNS.mine():
        waiting = [pool.submit(_wait_for_a_turn) for _one in range(2)]
        while not printing.TURNS.are_taken:
            time.sleep(0.01)
        refused = client.get(f"{address}pdf")
        assert refused.status_code == 503
        assert refused["Retry-After"] == "60"
        assert "Réessayez dans une minute" in refused.content.decode()
        assert client.get(f"{address}csv").status_code == 200  # takes no turn
    assert [each.result() for each in waiting] == [None, None]
    assert client.get(f"{address}pdf").status_code == 200


def _wait_for_a_turn() -> None:
    with printing.TURNS.mine():
        pass


@pytest.mark.parametrize(
    "html",
    [
        "<ul><li>dedans" * 300 + "</li></ul>" * 300,
        "<p>" + "<b><i>" * 300 + "dedans" + "</i></b>" * 300 + "</p>",
        f'<p><a href="https://example.org/{"x" * 9000}">dedans</a></p>',
        "<ul>dedans</ul>",
        "<ol><p>dedans</p><ul><li>et là</li></ul></ol>",
        "</li></ul><li>dedans</li>",
    ],
)
def test_no_text_keeps_others_from_being_taken_along(html, search_index):
    PracticeSheetFactory(problem=html)
    search_index()
    pdf = pypdf.PdfReader(io.BytesIO(export("pdf")))
    assert "dedans" in "".join(page.extract_text() for page in pdf.pages)
    for name in FORMATS:
        assert export(name)


def test_a_sign_that_no_font_draws_costs_a_dossier_its_promise_and_nothing_else(
    search_index, caplog
):
    LessonFactory(title="Un signe \U0010fffd rare")
    search_index()
    caplog.clear()
    pdf = pypdf.PdfReader(io.BytesIO(export("pdf")))
    assert "not PDF/UA" in caplog.text
    root: Any = pdf.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert "rare" in "".join(page.extract_text() for page in pdf.pages)


def test_rich_text_becomes_blocks_that_hold_words():
    assert tree("<p>a<br/>b</p><ul><li>c <b>d</b><ol><li>e</li></ol></li></ul>f") == [
        {"tag": "p", "children": ["a", {"tag": "br", "children": []}, "b"]},
        {
            "tag": "ul",
            "children": [
                {
                    "tag": "li",
                    "children": [
                        {"tag": "p", "children": ["c ", {"tag": "b", "children": ["d"]}]},
                        {
                            "tag": "ol",
                            "children": [
                                {"tag": "li", "children": [{"tag": "p", "children": ["e"]}]}
                            ],
                        },
                    ],
                }
            ],
        },
        {"tag": "p", "children": ["f"]},
    ]
    script = tree('<p><a href="javascript:alert(1)">x</a></p>')
    assert script[0]["children"][0]["tag"] == "span"


def test_an_export_holds_every_hit_in_as_many_queries_for_each_batch(
    search_index, django_assert_max_num_queries, monkeypatch
):
    link = organization_page()
    for number in range(7):
        LessonFactory(
            title=f"Leçon {number}",
            lesson=f'<p><a linktype="page" id="{link.pk}">{number}</a></p>',
        )
    search_index()
    assert BATCH >= 100
    pks = [page["id"] for page in Client().get("/api/v1/search/?page_size=50").json()["results"]]
    assert len(pks) == 7
    viewer = person()
    records(pks[:1], viewer=viewer, root="https://example.org")  # what is looked up once
    counts = []
    for number in (1, 7):
        with django_assert_max_num_queries(16) as found:
            got = records(pks[:number], viewer=viewer, root="https://example.org")
        counts.append(len(found))
        assert len(got) == number
    assert counts[0] == counts[1]
    assert 'href="https://example.org/fr/' in got[0].section("lesson")

    monkeypatch.setattr("exchange.exporting.scan.BATCH", 2)
    rows = rispy.loads(export("ris").decode())
    assert sorted(row["title"] for row in rows) == [f"Leçon {number}" for number in range(7)]


def test_whatever_the_format_all_was_read_with_the_batch(site, django_assert_num_queries):
    day = site.last_verified_on = datetime.date(2024, 3, 1)
    site.review_by = datetime.date(2025, 3, 1)
    site.save()
    pks = list(KnowledgePage.objects.values_list("pk", flat=True))
    viewer = person()

    def read():
        found = records(pks, viewer=viewer, root="https://example.org")
        assert len(found) == 3
        return Dossier("Tout", "https://example.org/", "fr", "Essai", day, found)

    for each in FORMATS.values():
        b"".join(each.write(read()))  # what is looked up once for the process
        dossier = read()
        with django_assert_num_queries(0):
            assert b"".join(each.write(dossier)), each.name
    found = read().records
    with django_assert_num_queries(0):
        rows = {row.label: [cell.text for cell in row.cells] for row in compare(found)}
    assert "Faible" in rows["Coût"]
    assert "1er\xa0mars 2024" in rows["Dernière vérification"]


@pytest.mark.parametrize("name", ["csv", "xlsx", "ris", "pdf"])
def test_a_script_is_told_how_far_a_file_is_and_whether_it_is_whole(site, name):
    answer = Client().get(
        f"/fr/recherche/exporter/?format={name}", headers={"Accept": "application/x-ndjson"}
    )
    assert answer["Content-Type"] == "application/x-ndjson"
    assert "Accept" in answer["Vary"]
    first, *between, last = (json.loads(line) for line in b"".join(answer).splitlines())

    assert first["total"] == 3
    assert first["type"] == FORMATS[name].content_type
    assert first["name"].endswith(f".{FORMATS[name].extension}")
    done = [said["done"] for said in between]
    assert done == sorted(done)
    assert done[-1] == 3
    if name in {"xlsx", "pdf"}:
        assert "data" not in between[0]  # told before there is anything of the file
    assert last == {"done": 3, "whole": True}
    got = b"".join(base64.b64decode(said.get("data", "")) for said in between)
    if name in {"csv", "ris"}:
        assert got == export(name)
    elif name == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(got)).active.max_row == 4
    else:
        assert len(pypdf.PdfReader(io.BytesIO(got)).pages) >= 3


def test_a_file_of_a_filter_that_is_not_understood_is_not_a_file_of_everything(site):
    path = "/fr/recherche/exporter/?theme=nulle-part"
    asked = Client().get(f"{path}&format=csv")
    assert asked.status_code == 400
    assert "nulle-part" in asked.content.decode()
    page = Client().get(path)
    assert page.status_code == 200  # where it is said, and the formats are of what was understood
    assert 'href="/fr/recherche/exporter/?format=csv"' in page.content.decode()


def test_what_a_reader_may_no_longer_see_is_left_out_though_the_index_has_it(site, search_index):
    member = person(member_of=organization("essai"), role="reader")
    client = Client()
    client.force_login(member)
    site.sharing_level = "organization"
    site.save()  # and the index has not been told yet
    assert NASTY not in {row["title"] for row in rispy.loads(export("ris").decode())}
    assert NASTY in {row["title"] for row in rispy.loads(export("ris", client).decode())}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_of_formats_says_how_much_and_what_is_not_possible(site, language):
    path = {"fr": "/fr/recherche/exporter/", "en": "/en/search/export/?language=fr"}[language]
    answer = Client().get(path)
    html = answer.content.decode()
    assert {"fr": "Exporter 3 pages", "en": "Export 3 pages"}[language] in html
    assert all(f"format={name}" in html for name in FORMATS)
    assert answer["Cache-Control"] == "private"
    assert not answer.cookies

    wrong = Client().get(f"{path}{'&' if '?' in path else '?'}format=docx")
    assert wrong.status_code == 400
    assert "docx" in wrong.content.decode()


@pytest.fixture
def two_pages_a_file(monkeypatch):
    monkeypatch.setitem(FORMATS, "pdf", replace(FORMATS["pdf"], most=2))


def test_a_dossier_of_many_pages_comes_whole_in_several_files(site, two_pages_a_file):
    choice = Client().get("/fr/recherche/exporter/").content.decode()
    assert "en 2 fichiers d’au plus 2 pages" in choice
    answer = Client().get("/fr/recherche/exporter/?format=pdf")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"].endswith('.zip"')
    pieces = list(answer.streaming_content)
    assert sum(piece.count(b"%PDF-") for piece in pieces) == 2
    assert not [piece for piece in pieces if piece.count(b"%PDF-") > 1]  # sent as they are made
    with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        volumes = [pypdf.PdfReader(io.BytesIO(archive.read(name))) for name in names]
    assert [name[-6:] for name in names] == ["-1.pdf", "-2.pdf"]
    assert [volume.metadata.title[-9:] for volume in volumes] == [" partie 1", " partie 2"]
    outlines: list[Any] = [volume.outline for volume in volumes]
    titles = [item["/Title"] for outline in outlines for item in outline if "/Title" in item]
    assert sorted(titles) == sorted([NASTY, "Un cas", "Une leçon"])


def test_a_script_is_told_how_far_a_dossier_in_several_files_is(site, two_pages_a_file):
    answer = Client().get(
        "/fr/recherche/exporter/?format=pdf", headers={"Accept": "application/x-ndjson"}
    )
    first, *between, last = (json.loads(line) for line in b"".join(answer).splitlines())
    assert (first["name"][-4:], first["type"], first["total"]) == (".zip", "application/zip", 3)
    assert last == {"done": 3, "whole": True}
    got = b"".join(base64.b64decode(said.get("data", "")) for said in between)
    assert len(ZipFile(io.BytesIO(got)).namelist()) == 2
