"""Proposing a page from the public site, in the short form."""

import re
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from PIL import Image as PillowImage
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from organizations.models import Organization
from organizations.services import approve, reject, submit_for_moderation
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.proposing.steps import FILES, PREVIEW, READERS, STEPS
from tests.organizations.factories import contributor, moderator, organization, person
from tests.organizations.world import ask
from tests.practices.factories import LessonFactory, PracticeSheetFactory, term

pytestmark = pytest.mark.django_db

VOCABULARIES = {"themes": "theme", "settings": "setting", "audiences": "audience"}
FOR_READERS = {"sharing_level": "public", "contributions": "on"}
# What a person types in each step, by type.
TYPED: dict[str, dict[int, dict[str, Any]]] = {
    "practice-sheet": {
        2: {"title": "Relire à deux", "summary": "On se relit.", "problem": "Trop de coquilles."},
        3: {"building_blocks": "1. Choisir\n2. Lire <vite>\n\n- Parler", "resources": "Une heure."},
        4: {"results": "Moins\r\n\r\nMieux", "original_context": "Un collège"},
        5: FOR_READERS,
    },
    "case-study": {
        2: {"title": "Le prêt", "summary": "On prête.", "starting_situation": "Pas d’ordinateur."},
        3: {"timeline": "Mars 2024 : essai\nMai 2024: bilan " + "long " * 50, "reasons": ""},
        4: {"results": "38 revenus", "organization_context": ""},
        5: FOR_READERS,
    },
    "lesson": {
        2: {"title": "Le forum vide", "summary": "Vide.", "happened": "Personne n’est venu."},
        3: {"planned": "Un forum", "root_causes": "- Personne\n- Rien"},
        4: {"lesson": "Un hôte", "recommendations": "Demander\nNommer"},
        5: FOR_READERS,
    },
}


@pytest.fixture
def rives() -> Organization:
    return organization("rives")


@pytest.fixture
def ada(client: Client, rives: Organization) -> Any:
    """A contributor, signed in."""
    user = contributor("ada", member_of=rives)
    client.force_login(user)
    return user


def begin(client: Client, type: str = "practice-sheet", **chosen: Any) -> str:
    """Choose a type and an organization; the address of the essentials."""
    answer = client.get("/fr/proposer/")
    form = BeautifulSoup(answer.content, "html5lib").select_one("main form")
    hidden = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    answer = client.get("/fr/proposer/", {**hidden, "type": type, **chosen})
    return answer["Location"]


def look(client: Client, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.get("Location"))
    return BeautifulSoup(answer.content.decode(), "html5lib")


def send(client: Client, path: str, typed: dict[str, Any], go: str = "next", **more: Any) -> Any:
    """Open a step, type, and press a button."""
    seen = look(client, path).select_one("[name=seen]")["value"]
    return client.post(path, {"seen": seen, "go": go, **typed, **more})


def propose(client: Client, type: str = "practice-sheet", **typed: Any) -> KnowledgePage:
    """A proposal with all its answers; the last title counts."""
    path = begin(client, type)
    for answers in TYPED[type].values():
        values = {**answers, **{k: v for k, v in typed.items() if k in answers}}
        answer = send(client, path, values)
        assert answer.status_code == 302, BeautifulSoup(answer.content, "html5lib").select("li a")
        path = answer["Location"]
    assert path.endswith(f"/{FILES}/")
    return KnowledgePage.objects.latest("pk").specific


def draft(page: Any) -> Any:
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def address(page: Any, step: int) -> str:
    with override("fr"):
        return reverse("proposing:step", args=[page.persistent_id, step])


def picture(**saved: Any) -> SimpleUploadedFile:
    written = BytesIO()
    PillowImage.new("RGB", (40, 30), "teal").save(written, "jpeg", **saved)
    return SimpleUploadedFile("plage.jpg", written.getvalue(), "image/jpeg")


def test_the_door_tells_each_person_what_to_do(client, rives):
    assert client.get("/fr/proposer/")["Location"].endswith("?next=/fr/proposer/")
    reader = person("lia", member_of=rives, role="reader")
    client.force_login(reader)
    for path in ("/fr/proposer/", "/en/propose/"):
        answer = client.get(path)
        assert answer.status_code == 403
        assert reverse("my_space") in answer.content.decode()
    client.force_login(contributor(member_of=rives))
    assert client.get("/fr/proposer/").status_code == 200
    # Nobody writes for an organization that is not theirs.
    other = organization("ailleurs").pages.get(locale__language_code="fr")
    page = look(client, f"/fr/proposer/?type=lesson&organization={other.pk}")
    assert page.select_one("[role=alert]")


@pytest.mark.parametrize("type", TYPED)
def test_a_proposal_keeps_every_answer_and_gives_it_back(client, ada, rives, type):
    page = propose(client, type)

    assert (page.live, page.owner, page.organization) == (False, ada, rives)
    assert page.slug == {"practice-sheet": "relire-a-deux", "case-study": "le-pret"}.get(
        type, "le-forum-vide"
    )
    for number, answers in TYPED[type].items():
        form = look(client, address(page, number))
        for name, value in answers.items():
            if number != READERS:
                box = form.select_one(f"[name={name}]")
                got = box.get("value") or box.text
                wanted = re.sub(r"(?m)^(\d+\. |- )(?=[CLP])", "", value.replace("\r", ""))
                if name in ("building_blocks", "timeline"):
                    wanted = re.sub(r"\s*:", " :", re.sub(r"\n+", "\n", wanted))
                    got = re.sub(r"\s*:", " :", got)
                if name != "root_causes":
                    assert got.strip() == wanted.strip(), name
        # Nothing was typed: nothing is changed.
        before = draft(page).latest_revision_id
        assert send(client, address(page, number), dict_of(form)).status_code == 302
        assert draft(page).latest_revision_id == before


def dict_of(form: Any) -> dict[str, Any]:
    """What a browser sends of a step as it was shown."""
    found: dict[str, Any] = {}
    for box in form.select("form textarea, form input[type=text]"):
        found[box["name"]] = box.text or box.get("value", "")
    for box in form.select("form input:checked"):
        found[box["name"]] = box.get("value", "on")
    return found


def test_what_is_typed_is_escaped_and_laid_out(client, ada):
    page = draft(propose(client))
    steps = page.building_blocks[0].value["steps"]
    assert [step.source for step in steps] == [
        "<p>Choisir</p>",
        "<p>Lire &lt;vite&gt;</p>",
        "<p>Parler</p>",
    ]
    assert page.results == "<p>Moins</p><p>Mieux</p>"
    assert draft(propose(client, "lesson")).root_causes == "<ul><li>Personne</li><li>Rien</li></ul>"


def test_one_form_sent_twice_is_one_page(client, ada):
    path = begin(client)
    typed = {**TYPED["practice-sheet"][2], "seen": "", "go": "next"}
    first, second = client.post(path, typed), client.post(path, typed)
    assert first["Location"] == second["Location"]
    page = PracticeSheetPage.objects.get()
    assert page.revisions.count() == 1
    # The button of a browser leads back to what is kept.
    assert client.get(path)["Location"] == address(page, 2)


def test_errors_lead_to_their_fields_and_lose_nothing(client, ada):
    path = begin(client)
    answer = client.post(path, {"title": "", "summary": "x" * 501, "problem": "P", "seen": ""})
    page = BeautifulSoup(answer.content, "html5lib")
    summary = page.select_one("[role=alert]")
    assert summary.has_attr("autofocus")
    for link in summary.select("a"):
        field = page.select_one(link["href"])
        assert field["aria-invalid"] == "true"
        assert "_error" in field["aria-describedby"]
    assert page.title.text.strip().startswith("Erreur")
    assert len(summary.select("a")) == 2
    assert page.select_one("[name=problem]").text.strip() == "P"
    assert not PracticeSheetPage.objects.exists()

    # With a title, what is right is kept although the rest is not.
    answer = client.post(path, {"title": "T", "summary": "", "problem": "P", "seen": ""})
    kept = draft(PracticeSheetPage.objects.get())
    assert (kept.title, kept.problem) == ("T", "<p>P</p>")
    action = BeautifulSoup(answer.content, "html5lib").select_one("main form")["action"]
    assert action == address(kept, 2)
    answer = send(client, address(propose(client, "case-study"), 3), {"timeline": "Sans date"})
    assert "Sans date" in answer.content.decode()
    assert "Ligne 1" in answer.content.decode()


def test_back_and_later_keep_what_was_typed(client, ada):
    page = propose(client)
    answer = send(
        client, address(page, 3), {"building_blocks": "Un\nDeux", "resources": ""}, "back"
    )
    assert answer["Location"] == address(page, 2)
    assert len(draft(page).building_blocks[0].value["steps"]) == 2
    answer = send(client, address(page, 2), {"title": "Élèves : été", "summary": ""}, "later")
    assert answer["Location"] == "/fr/mon-espace/"
    space = look(client, "/fr/mon-espace/")
    link = space.find("a", string="Élèves\u00a0: été")
    assert urlsplit(link["href"]).path == reverse("proposing:standing", args=[page.persistent_id])
    # The address of what nobody has read follows its title.
    assert KnowledgePage.objects.get().slug == "eleves-ete"


def test_a_draft_is_kept_while_one_writes_and_two_windows_lose_nothing(client, ada):
    path = begin(client)
    kept = client.post(path, {"title": "Rel", "summary": "", "problem": "", "go": "keep"}).json()
    assert kept["state"] == "kept"
    assert kept["message"]
    page = PracticeSheetPage.objects.get()
    assert kept["url"] == address(page, 2)
    phone, desk = kept["seen"], kept["seen"]
    first = {"title": "Relire", "summary": "Du téléphone.", "problem": ""}
    answer = client.post(kept["url"], {**first, "go": "keep", "seen": phone})
    assert answer.json()["state"] == "kept"
    # Saves that follow each other closely are one revision.
    assert page.revisions.count() == 1

    second = {"title": "Relire", "summary": "Du bureau.", "problem": ""}
    answer = client.post(kept["url"], {**second, "go": "keep", "seen": desk})
    assert (answer.status_code, answer.json()["state"]) == (409, "conflict")
    assert draft(page).summary == "Du téléphone."

    answer = client.post(kept["url"], {**second, "problem": "P", "go": "next", "seen": desk})
    shown = BeautifulSoup(answer.content, "html5lib")
    assert "Du téléphone." in shown.select_one("[role=alert]").text
    assert shown.select_one("[name=summary]").text.strip() == "Du bureau."
    seen = shown.select_one("[name=seen]")["value"]
    client.post(kept["url"], {**second, "problem": "P", "go": "next", "seen": seen})
    assert draft(page).summary == "Du bureau."


def test_what_was_laid_out_in_the_admin_is_shown_and_never_flattened(client, ada):
    page = propose(client)
    rich = draft(page)
    rich.problem = "<p>Un <b>gros</b> problème</p>"
    rich.save_revision(user=ada)
    form = look(client, address(page, 2))
    assert form.select_one("[name=problem]") is None
    assert form.select_one("main b").text == "gros"
    send(client, address(page, 2), {"title": "Autre", "summary": "S", "problem": "écrasé"})
    assert (draft(page).title, draft(page).problem) == ("Autre", rich.problem)


def test_what_exists_is_shown_to_those_who_may_read_it(client, ada, rives, search_index):
    home = rives.pages.get(locale__language_code="fr")
    other = organization("ailleurs").pages.get(locale__language_code="fr")
    PracticeSheetFactory(parent=home, title="La relecture entre pairs à l’université")
    PracticeSheetFactory(parent=other, title="Relecture entre pairs", sharing_level="organization")
    LessonFactory(parent=home, title="Le potager du collège")
    search_index()
    found = look(client, "/fr/proposer/semblables/?title=Une+relecture+entre+pairs+au+primaire")
    titles = [link.contents[0] for link in found.select("a")]
    assert titles == ["La relecture entre pairs à l’université"]

    # A word that no page has hides nothing; a title of such words is like no page.
    for title, alike in {"Relecture+entre+pairs+girafe": titles, "Girafe+zinzin+pairs": []}.items():
        found = look(client, f"/fr/proposer/semblables/?title={title}")
        assert [link.contents[0] for link in found.select("a")] == alike

    path = begin(client)
    answer = client.post(path, {**TYPED["practice-sheet"][2], "title": "Relecture entre pairs"})
    assert "La relecture entre pairs" in look(client, answer["Location"]).select_one("main").text
    assert not look(client, "/fr/proposer/semblables/?title=").select("a")


def add_files(client: Client, page: Any, go: str = "next", **sent: Any) -> Any:
    return client.post(address(page, FILES), {"go": go, **sent})


def test_a_photo_goes_in_without_what_the_camera_wrote(client, ada, rives):
    page = propose(client)
    exif = PillowImage.Exif()
    exif[0x010F] = "Zorglub Camera"
    exif.get_ifd(0x8825)[1] = "N"
    file = picture(exif=exif, comment=b"Zorglub")
    assert b"Zorglub" in file.read()
    file.seek(0)
    sent = {"photo-file": file, "photo-description": "Une plage au soleil"}

    answer = add_files(client, page, "photo", **sent)

    assert answer["Location"] == address(page, FILES)
    image = get_image_model().objects.get()
    with image.file.open() as kept_file:
        assert b"Zorglub" not in kept_file.read()
        kept = PillowImage.open(kept_file)
        assert (kept.size, len(kept.getexif())) == ((40, 30), 0)
    assert (image.collection, image.uploaded_by_user) == (rives.collection, ada)
    assert image.description == "Une plage au soleil"
    assert draft(page).image == image
    shown = look(client, address(page, FILES)).select_one("main img")
    assert shown["alt"] == "Une plage au soleil"

    # Taken back, the file is gone, here and in the folder.
    client.post(address(page, FILES), {"remove": f"image-{image.pk}"})
    assert draft(page).image is None
    assert not draft(page).attachments.all()
    assert not get_image_model().objects.exists()


def test_a_refused_file_says_why_and_the_rest_is_kept(client, ada):
    page = propose(client)
    with override("en"):
        english = look(client, reverse("proposing:step", args=[page.persistent_id, FILES]))
    assert "Supported formats: GIF" in english.select_one("main").text
    text = SimpleUploadedFile("grille.txt", b"Lire, puis parler.", "text/plain")
    page_of_script = SimpleUploadedFile("plage.jpg", b"<script>", "image/jpeg")
    answer = add_files(
        client, page, "next",
        **{"photo-file": page_of_script, "photo-description": "Une plage",
           "document-file": text, "document-title": "Grille de lecture"},
    )  # fmt: skip
    shown = BeautifulSoup(answer.content.decode(), "html5lib")
    assert [link["href"] for link in shown.select("[role=alert] a")] == ["#id_photo-file"]
    assert shown.select_one("[name=photo-description]")["value"] == "Une plage"
    # What was good is added, once.
    assert "Grille de lecture" in shown.select_one(".proposing__files").text
    assert get_document_model().objects.get().collection == page.organization.collection
    for name, content in {
        "faux.pdf": b"<html>",
        "faux.docx": b"PK",
        "programme.exe": b"MZ",
    }.items():
        sent = {"document-file": SimpleUploadedFile(name, content), "document-title": "Faux"}
        answer = add_files(client, page, "document", **sent)
        assert BeautifulSoup(answer.content, "html5lib").select("[role=alert] a"), name
    answer = add_files(client, page, "photo", **{"photo-file": picture()})
    assert "#id_photo-description" in answer.content.decode()
    assert get_document_model().objects.count() == 1
    assert not get_image_model().objects.exists()


def test_it_is_sent_to_the_moderators_and_followed_to_its_publication(
    client, ada, rives, search_index
):
    judge = moderator("marc", member_of=rives)
    path = begin(client, "lesson")
    client.post(path, {"title": "Le forum", "summary": "", "happened": "", "go": "keep"})
    page = LessonPage.objects.get()
    answer = client.post(address(page, PREVIEW))
    links = [a["href"] for a in BeautifulSoup(answer.content, "html5lib").select("[role=alert] a")]
    assert links == [
        f"{address(page, 2)}#id_summary",
        f"{address(page, 2)}#id_happened",
        f"{address(page, 4)}#id_lesson",
    ]
    follow = reverse("proposing:standing", args=[page.persistent_id])
    send(client, address(page, 2), TYPED["lesson"][2])
    # One goes on where something is missing.
    assert look(client, follow).select_one("main a.button")["href"] == address(page, 4)
    for number, answers in TYPED["lesson"].items():
        more = {"sharing_level": "community"} if number == READERS else {}
        send(client, address(page, number), {**answers, **more})
    assert look(client, follow).select_one("main a.button")["href"] == address(page, PREVIEW)
    document = SimpleUploadedFile("suite.txt", b"Des chiffres.", "text/plain")
    add_files(client, page, "document", **{"document-file": document, "document-title": "Suite"})
    assert "Personne n’est venu." in look(client, address(page, PREVIEW)).select_one("main").text
    assert client.get(reverse("proposing:reading", args=[page.persistent_id])).status_code == 200

    assert client.post(address(page, PREVIEW))["Location"] == follow
    assert client.post(address(page, PREVIEW))["Location"] == follow  # pressed twice
    page = LessonPage.objects.get()
    assert page.workflow_in_progress
    assert "Réponse attendue d’ici le" in look(client, follow).select_one("main").text
    # What waits is not changed.
    assert client.get(address(page, 2))["Location"] == follow
    kept = client.post(address(page, 2), {"title": "Autre", "go": "keep"})
    assert (kept.status_code, kept.json()["state"]) == (409, "closed")

    reject(page, user=judge, comment="Dites combien de messages.")
    for where in (follow, address(page, 2)):
        assert "combien de messages" in look(client, where).select_one("main").text
    space = look(client, "/fr/mon-espace/").select_one(".asked")
    assert space.select_one("a")["href"] == follow
    send(client, address(page, 2), {**TYPED["lesson"][2], "happened": "Douze messages."})
    assert client.post(address(page, PREVIEW))["Location"] == follow
    approve(LessonPage.objects.get(), user=judge)
    page = LessonPage.objects.get()
    assert page.live
    assert page.happened == "<p>Douze messages.</p>"
    assert "publié" in look(client, follow).select_one("main").text
    assert client.get(address(page, 2))["Location"] == follow
    read = look(client, page.get_url())
    assert ask(client, read.select_one(".attachments a")["href"]).status_code == 200
    client.logout()
    assert ask(client, get_document_model().objects.get().url).status_code == 404
    assert client.get(page.get_url()).status_code == 404


def test_the_gate_is_that_of_the_admin(client, ada, rives):
    page = propose(client)
    submit_for_moderation(page, user=ada)
    assert client.post(address(page, PREVIEW)).status_code == 302
    assert page.workflow_states.count() == 1


def test_others_find_nothing_at_the_address_of_a_proposal(client, ada, rives):
    page = propose(client)
    addresses = [address(page, number) for number in range(1, 9)]
    addresses += [
        reverse(f"proposing:{x}", args=[page.persistent_id]) for x in ("standing", "reading")
    ]
    # Even who may edit it in the admin: it is not theirs.
    colleague, stranger = (
        person(member_of=rives, role="editor"),
        contributor(member_of=organization("ailleurs")),
    )
    for user in (colleague, stranger):
        client.force_login(user)
        assert {client.get(path).status_code for path in addresses} == {404}
        assert {client.post(path).status_code for path in addresses[:6]} == {404}
        # Its key makes no other page of it.
        path = re.sub("key=[^&]+", f"key={page.persistent_id}", begin(client))
        client.post(path, {**TYPED["practice-sheet"][2], "title": "Volée"})
    assert draft(page).title == "Relire à deux"
    assert not CaseStudyPage.objects.filter(title="Volée").exists()


def boxes(form: Any, name: str) -> dict[str, Any]:
    """The boxes of a question by their labels."""
    return {box.parent.text.strip(): box for box in form.select(f"[name={name}]")}


def test_what_is_proposed_is_found_under_its_facets_and_names_its_author(
    client, ada, rives, search_index
):
    ada.first_name, ada.last_name = "Ada", "Roy"
    ada.save()
    assessment = term("theme", "assessment", label_fr="Évaluer")
    feedback = term("theme", "feedback", label_fr="Relecture", parent=assessment)
    others = [term("theme", f"other-{n}", label_fr=f"Autre {n}") for n in range(22)]
    college = term("setting", "college", label_fr="Collège")
    parents = term("audience", "parents", label_fr="Parents")
    term("audience", "nobody", label_fr="Personne", is_active=False)
    page = propose(client, title="Une relecture en équipe")

    form = look(client, address(page, READERS))
    # What stands in the text comes first and is not ticked; the rest is below, each once.
    themes = boxes(form, "themes")
    assert next(iter(themes)) == "Relecture"
    assert not form.select("[name=themes]:checked")
    assert len(themes) == len(others) + 2
    assert themes["Autre 3"].find_parent("details").summary.text == "Autre 3"
    assert list(boxes(form, "audiences")) == ["Parents"]
    credit = form.select_one("[name=contributions]")
    assert credit.has_attr("checked")
    assert "Ada Roy" in credit.parent.text
    shown = look(client, address(page, PREVIEW)).select_one("main").text
    assert "Sans thème" in shown  # nothing is required, and one is told what it would bring

    chosen = {"themes": feedback.pk, "settings": [college.pk], "audiences": [parents.pk]}
    send(client, address(page, READERS), {**FOR_READERS, **chosen, "themes": [feedback.pk]})
    shown = look(client, address(page, PREVIEW)).select_one("main").text
    for words in ("Relecture", "Collège", "Parents", "Ada Roy"):
        assert words in shown
    assert "Sans thème" not in shown
    checked = boxes(look(client, address(page, READERS)), "themes")["Relecture"]
    assert checked.has_attr("checked")
    client.post(address(page, PREVIEW))

    # The moderator reads it on the text, the editor finds it in the form of the admin.
    judge = moderator("marc", member_of=rives)
    client.force_login(judge)
    read = draft(page).make_preview_request(None, "").content.decode()
    for words in ("Relecture", "Collège", "Parents", "Ada Roy"):
        assert words in read
    client.force_login(person(member_of=rives, role="editor"))
    reject(KnowledgePage.objects.get(pk=page.pk), user=judge, comment="Encore un mot.")
    form = look(client, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    ticked = {box["value"] for box in form.select("input[name=themes]:checked")}
    assert ticked == {str(feedback.pk)}
    assert form.select_one("[name=contributions-0-name]")["value"] == "Ada Roy"

    client.force_login(ada)
    client.post(address(page, PREVIEW))
    approve(KnowledgePage.objects.get(pk=page.pk), user=judge)
    search_index()
    for facet in ("theme=assessment", "setting=college", "audience=parents"):
        found = look(client, f"/fr/recherche/?{facet}")
        assert "Une relecture en équipe" in found.select_one("main").text, facet
    credits = KnowledgePage.objects.get(pk=page.pk).contributions.all()
    assert [(each.name, each.affiliation, each.user) for each in credits] == [
        ("Ada Roy", rives.name_in("fr"), ada)
    ]


def test_who_proposes_may_stay_unnamed_and_a_lesson_without_names_never_asks(client, ada):
    page = propose(client)
    send(client, address(page, READERS), {"sharing_level": "public"})
    assert not draft(page).contributions.all()
    assert not look(client, address(page, READERS)).select("[name=contributions]:checked")

    page = propose(client, "lesson")
    assert draft(page).contributions.get().user == ada
    typed = {**TYPED["lesson"][2], "anonymous_by_proxy": "on"}
    send(client, address(page, 2), typed)
    assert not draft(page).contributions.all()
    assert not look(client, address(page, READERS)).select("[name=contributions]")
    send(client, address(page, READERS), FOR_READERS)
    assert not draft(page).contributions.all()
    send(client, address(page, 2), TYPED["lesson"][2])
    assert draft(page).contributions.get().user == ada


@pytest.mark.parametrize("type", ["practice-sheet", "lesson"])
def test_no_step_asks_the_database_more_than_twelve_times(
    client, ada, rives, type, search_index, django_assert_max_num_queries
):
    terms = {
        field: [term(name, f"{name}-{n}") for n in range(3)] for field, name in VOCABULARIES.items()
    }
    new = begin(client, type)
    page = propose(client, type)
    chosen = {field: [each.pk for each in found] for field, found in terms.items()}
    send(client, address(page, READERS), {**FOR_READERS, **chosen})
    for number in range(2):
        add_files(
            client, page, "photo",
            **{"photo-file": picture(), "photo-description": f"Une plage {number}"},
        )  # fmt: skip
        text = SimpleUploadedFile("grille.txt", b"Lire.", "text/plain")
        sent = {"document-file": text, "document-title": f"Grille {number}"}
        add_files(client, page, "document", **sent)
    paths = ["/fr/proposer/", new, reverse("proposing:standing", args=[page.persistent_id])]
    for path in [*paths, *(address(page, number) for number in STEPS)]:
        look(client, path)  # what is made once
        with django_assert_max_num_queries(12):
            look(client, path)
    submit_for_moderation(draft(page), user=ada)
    reject(
        KnowledgePage.objects.get(pk=page.pk),
        user=moderator("marc", member_of=rives),
        comment="Encore un mot.",
    )
    for number in STEPS:
        # And what moderators said.
        with django_assert_max_num_queries(13):
            look(client, address(page, number))


def test_what_is_sent_after_a_session_has_ended_is_there_after_signing_in(client, ada):
    page = propose(client)
    path = address(page, 2)
    seen = look(client, path).select_one("[name=seen]")["value"]
    client.logout()
    typed = {"title": "Relire à trois", "summary": "Tapé sans session.", "problem": "P"}
    answer = client.post(path, {**typed, "seen": seen, "go": "next"})
    assert answer["Location"].endswith(f"?next={path}")
    assert "sans session" not in str(dict(client.session))
    stranger = contributor(member_of=organization("ailleurs"))
    client.force_login(stranger)  # with what waits in this session
    assert client.get(path).status_code == 404

    client.logout()
    client.post(path, {**typed, "seen": seen, "go": "next"})
    client.force_login(ada)
    shown = look(client, path)
    assert shown.select_one("[name=summary]").text.strip() == "Tapé sans session."
    assert "de nouveau ici" in shown.text
    assert "facultatif" not in shown.select_one("main").text
    assert draft(page).summary == "On se relit."
    # Once, and what somebody changed meanwhile is not written over.
    assert "On se relit" in look(client, path).select_one("[name=summary]").text
    seen_again = shown.select_one("[name=seen]")["value"]
    assert seen_again == seen
    assert client.post(path, {**typed, "seen": seen, "go": "next"}).status_code == 302
    assert draft(page).title == "Relire à trois"

    # Of what is not kept at all yet too.
    path = begin(client)
    client.logout()
    client.post(path, {**typed, "seen": "", "go": "next"})
    client.force_login(ada)
    assert look(client, path).select_one("[name=title]")["value"] == "Relire à trois"


def test_nobody_leaves_a_step_with_an_answer_that_cannot_be_kept(client, ada):
    page = propose(client)
    long = {**TYPED["practice-sheet"][2], "title": "Relire à deux", "summary": "x" * 501}
    box = look(client, address(page, 2)).select_one("[name=summary]")
    assert not box.has_attr("maxlength")  # a browser would cut what is pasted without a word
    for go in ("next", "back", "later"):
        answer = send(client, address(page, 2), {**long, "problem": f"P {go}"}, go)
        shown = BeautifulSoup(answer.content, "html5lib")
        assert shown.select_one("[role=alert] a")["href"] == "#id_summary"
        assert shown.select_one("[name=summary]").text.strip() == "x" * 501
        assert draft(page).problem == f"<p>P {go}</p>"
    kept = send(client, address(page, 2), {**long, "problem": "Q"}, "keep").json()
    assert kept["state"] == "kept"
    assert "En bref" in kept["message"]
    assert draft(page).summary == "On se relit."


def test_what_is_pasted_from_a_word_processor_is_kept_as_it_was_meant(client, ada):
    page = propose(client)
    pasted = "\uf0b7\tOuvrir «\u00a0le\u00a0» carnet\r\no\tÉcrire 😀\r\n§ \u201cdeux\u201d"
    word = "Anticonstitutionnellement" * 6
    typed = {"building_blocks": pasted, "resources": word}
    assert send(client, address(page, 3), typed).status_code == 302
    steps = draft(page).building_blocks[0].value["steps"]
    assert [step.source for step in steps] == [
        "<p>Ouvrir «\u00a0le\u00a0» carnet</p>",
        "<p>Écrire 😀</p>",
        "<p>§ \u201cdeux\u201d</p>",
    ]
    assert word in look(client, address(page, PREVIEW)).text
    answer = send(client, address(page, 3), {"building_blocks": "nul\x00", "resources": ""})
    assert answer.status_code == 200
    assert BeautifulSoup(answer.content, "html5lib").select("[role=alert] a")
