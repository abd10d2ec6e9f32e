import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from wagtail.models import Locale

from practices.models import PracticeApplication
from tests.practices.factories import (
    CaseStudyFactory,
    PracticeSheetFactory,
    organization_page,
    term,
)

pytestmark = pytest.mark.django_db


def test_an_end_before_the_start_is_refused_with_a_reason():
    sheet = PracticeSheetFactory.build(
        date_start=datetime.date(2024, 5, 1), date_end=datetime.date(2024, 4, 1)
    )
    with pytest.raises(ValidationError) as refusal:
        organization_page().add_child(instance=sheet)
    assert list(refusal.value.message_dict) == ["date_end"]


def test_a_check_on_a_day_to_come_is_refused():
    sheet = PracticeSheetFactory.build(last_verified_on=datetime.date(2999, 1, 1))
    with pytest.raises(ValidationError, match="last_verified_on"):
        organization_page().add_child(instance=sheet)


def test_a_review_before_the_last_check_is_refused():
    sheet = PracticeSheetFactory.build(
        last_verified_on=datetime.date(2024, 1, 2), review_by=datetime.date(2024, 1, 1)
    )
    with pytest.raises(ValidationError, match="review_by"):
        organization_page().add_child(instance=sheet)


def test_a_translation_keeps_the_relations_and_has_its_own_lasting_address():
    theme, level = term("theme", "feedback"), term("evidence_level", "evidence-3")
    sheet = PracticeSheetFactory(
        themes=[theme], evidence_level=level, tags=["pairs"], co_organizations=[]
    )
    case = CaseStudyFactory(applications=[PracticeApplication(practice=sheet, verdict="worked")])
    english = Locale.objects.get(language_code="en")
    organization_page(language="en")

    translated = sheet.copy_for_translation(english)
    translated_case = case.copy_for_translation(english)

    assert translated.persistent_id != sheet.persistent_id
    assert translated.translation_key == sheet.translation_key
    assert [t.slug for t in translated.themes.all()] == ["feedback"]
    assert [t.name for t in translated.tags.all()] == ["pairs"]
    assert translated.evidence_level == level
    assert translated.organization == sheet.organization
    assert [a.verdict for a in translated_case.applications.all()] == ["worked"]


def test_an_alias_shows_the_text_of_its_page_under_an_identifier_of_its_own():
    sheet: Any = PracticeSheetFactory(title="La fiche")
    elsewhere = organization_page("autre")
    alias = sheet.create_alias(parent=elsewhere)
    own = alias.persistent_id
    assert own != sheet.persistent_id
    assert alias.organization == elsewhere.organization

    sheet.title = "La fiche revue"
    sheet.save_revision().publish()

    alias.refresh_from_db()
    sheet.refresh_from_db()
    assert (alias.title, alias.persistent_id) == ("La fiche revue", own)
    assert sheet.persistent_id != own
