import pytest
from wagtail.models import PageViewRestriction

from tests.pages import pages_of_each_type
from tests.practices.factories import PracticeSheetFactory, organization_page

pytestmark = pytest.mark.django_db


def test_a_page_is_found_at_its_whole_address_and_nowhere_else(client):
    pages = pages_of_each_type()
    path = pages["sheet"].get_url()

    assert client.get(path).status_code == 200
    for wrong in [f"{path}nowhere/", path.replace("/organisations/", "/"), f"{path[:-2]}/"]:
        assert client.get(wrong).status_code == 404, wrong
    # Its address in another language's tree does not exist.
    assert client.get(path.replace("/fr/", "/en/")).status_code == 404


def test_a_page_below_a_private_one_is_private(client):
    sheet = PracticeSheetFactory()
    PageViewRestriction.objects.create(page=organization_page(), restriction_type="login")

    assert client.get(sheet.get_url()).status_code == 302


def test_two_pages_with_the_same_name_are_told_apart_by_where_they_are(client):
    here = PracticeSheetFactory(title="Ici", slug="meme")
    there = PracticeSheetFactory(title="Là", slug="meme", parent=organization_page("autre"))

    for sheet in (here, there):
        assert f"<h1>{sheet.title}</h1>" in client.get(sheet.get_url()).content.decode()
