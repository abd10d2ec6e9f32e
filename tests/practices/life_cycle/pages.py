"""Sheets in a status, and what readers see of them."""

from bs4 import BeautifulSoup
from django.utils import timezone

from practices.models import PracticeSheetPage
from tests.practices.factories import PracticeSheetFactory, term

STATES = ["promising", "validated", "exemplary", "under-revision", "discouraged", "retired"]
TODAY = timezone.localdate


def home(owner, language="fr"):
    return owner.pages.get(locale__language_code=language)


def sheet_of(organization, /, status="promising", **fields):
    sheet = PracticeSheetFactory(parent=home(organization), status=term("status", status), **fields)
    sheet.save_revision().publish()
    return PracticeSheetPage.objects.get(pk=sheet.pk)


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def read(client, page):
    answer = client.get(page.get_url())
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html5lib")
