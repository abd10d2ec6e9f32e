"""Vocabularies in the admin, for those who manage them."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import User
from taxonomy.models import Term, Vocabulary
from taxonomy.services import EDITORS_GROUP, sync_terms
from tests.practices.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    """A person of the group of editors, signed in."""
    sync_terms()
    user = User.objects.create_user("vera", "vera@example.org", "a-long-password")
    user.groups.add(Group.objects.get(name=EDITORS_GROUP))
    client.force_login(user)
    return client


def term(slug: str, vocabulary: str = "theme") -> Term:
    return Term.objects.of(vocabulary).get(slug=slug)


def form_of(term: Term, **changes) -> dict[str, object]:
    data = {
        "vocabulary": term.vocabulary_id,
        "slug": term.slug,
        "label_fr": term.label_fr,
        "label_en": term.label_en,
        "definition_fr": term.definition_fr,
        "definition_en": term.definition_en,
        "parent": term.parent_id or "",
        "order": term.order,
        "rank": "" if term.rank is None else term.rank,
        "edition": term.edition_id or "",
        "is_active": "on" if term.is_active else "",
        "replaced_by": term.replaced_by_id or "",
    }
    return {**data, **changes}


def errors(response) -> dict[str, list[str]]:
    return response.context["form"].errors


def test_terms_are_listed_by_vocabulary(editor):
    territory = Vocabulary.objects.get(slug="territory")
    page = editor.get(reverse("terms:index"), {"vocabulary": territory.pk})
    assert page.status_code == 200
    content = page.content.decode()
    assert "Abitibi-Témiscamingue" in content
    assert "Apprentissage actif" not in content


@pytest.mark.parametrize(
    "name",
    ["terms", "vocabularies", "editions", "organizations", "memberships", "practice-sheets"],
)
def test_every_heading_of_a_list_starts_with_a_capital(admin_client, name):
    table = admin_client.get(reverse(f"{name}:index")).context["table"]
    labels = [str(column.label) for column in table.columns.values() if column.label]
    assert labels
    assert [label for label in labels if not label[0].isupper()] == []


def test_the_number_of_queries_does_not_grow_with_the_list(editor):
    def queries_of(vocabulary: str) -> int:
        found = Vocabulary.objects.get(slug=vocabulary)
        with CaptureQueriesContext(connection) as queries:
            editor.get(reverse("terms:index"), {"vocabulary": found.pk})
        return len(queries)

    queries_of("impact")  # content types and permissions are remembered from now on
    assert queries_of("theme") == queries_of("impact")


def test_terms_are_found_by_their_label(editor):
    page = editor.get(reverse("terms:index_results"), {"q": "Mauricie"})
    assert "mauricie" in page.content.decode()
    assert "Lanaudière" not in page.content.decode()


@pytest.mark.parametrize("name", ["vocabularies", "editions"])
def test_the_other_lists_open(editor, name):
    assert editor.get(reverse(f"{name}:index")).status_code == 200


def test_a_term_is_added_and_belongs_to_here(editor):
    parent = term("digital")
    new = Term(
        vocabulary=parent.vocabulary,
        slug="robotics",
        label_fr="Robotique",
        label_en="Robotics",
        parent=parent,
    )
    response = editor.post(reverse("terms:add"), form_of(new))
    assert response.status_code == 302, errors(response)
    assert (term("robotics").path, term("robotics").is_local) == ("digital/robotics", True)
    sync_terms()
    assert term("robotics").is_active


def test_a_term_is_relabelled(editor):
    video = term("video")
    response = editor.post(reverse("terms:edit", args=[video.pk]), form_of(video, label_fr="Film"))
    assert response.status_code == 302, errors(response)
    assert term("video").label_fr == "Film"
    sync_terms()
    assert term("video").label_fr == "Film"


def test_a_broader_term_comes_from_the_same_vocabulary(editor):
    video = term("video")
    page = editor.get(reverse("terms:edit", args=[video.pk]))
    offered = set(page.context["form"].fields["parent"].queryset)
    assert term("teaching") in offered
    assert term("quebec", "territory") not in offered
    assert video not in offered


def test_a_term_below_itself_is_refused_beside_the_field(editor):
    digital = term("digital")
    data = form_of(digital, parent=term("video").pk)
    response = editor.post(reverse("terms:edit", args=[digital.pk]), data)
    assert "parent" in errors(response)


def test_a_replacement_is_carried_out_on_the_pages(editor):
    video, other = term("video"), term("privacy")
    page = PracticeSheetFactory(themes=[video])
    data = form_of(video, replaced_by=other.pk)
    response = editor.post(reverse("terms:edit", args=[video.pk]), data)
    assert response.status_code == 302, errors(response)
    assert list(page.themes.all()) == [other]
    assert not term("video").is_active


def test_a_term_in_use_cannot_be_deleted_and_the_reader_is_told_what_to_do(editor):
    video = term("video")
    PracticeSheetFactory(themes=[video])
    assert editor.get(reverse("terms:delete", args=[video.pk])).status_code == 200
    answer = editor.post(reverse("terms:delete", args=[video.pk]), follow=True)
    assert answer.redirect_chain == [(reverse("terms:edit", args=[video.pk]), 302)]
    assert "messages" in answer.context
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert Term.objects.filter(pk=video.pk).exists()


def test_a_term_without_use_is_deleted(editor):
    editor.post(reverse("terms:delete", args=[term("video").pk]))
    assert not Term.objects.of("theme").filter(slug="video").exists()


def test_a_vocabulary_with_terms_cannot_be_deleted(editor):
    vocabulary = Vocabulary.objects.get(slug="theme")
    editor.post(reverse("vocabularies:delete", args=[vocabulary.pk]))
    assert Vocabulary.objects.filter(pk=vocabulary.pk).exists()


def test_others_do_not_manage_vocabularies(client):
    sync_terms()
    user = User.objects.create_user("alex", "alex@example.org", "a-long-password")
    user.groups.add(Group.objects.get(name="Editors"))
    client.force_login(user)
    video = term("video")
    client.post(reverse("terms:edit", args=[video.pk]), form_of(video, label_fr="Film"))
    assert term("video").label_fr != "Film"
    assert client.get(reverse("terms:index")).status_code == 302
