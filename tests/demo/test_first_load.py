"""Loading the demo into an empty base: interrupted, silent, and not where others work."""

import dataclasses

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import WorkflowState

from core.models import User
from demo import loader
from demo.accounts import accounts_file
from demo.content import read_scenario
from demo.loader import DemoNotWelcome, load_demo
from demo.writing import RECENT
from organizations.models import Decision, ModerationPlan, Organization
from organizations.moderation.plans import warnings_about
from organizations.moderation.register import verify_register
from practices.models import KnowledgePage
from taxonomy.models import Term

pytestmark = pytest.mark.django_db

SCENARIO = read_scenario()


@pytest.fixture(autouse=True)
def _folder(settings, tmp_path):
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"


def test_a_load_that_is_interrupted_leaves_nothing_and_can_be_run_again(monkeypatch):
    few = dataclasses.replace(SCENARIO, pages=SCENARIO.pages[:2])

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loader.Archive, "write", stop)
        with pytest.raises(KeyboardInterrupt):
            load_demo(few)
    assert not Term.objects.exists()
    assert not User.objects.exists()
    assert not accounts_file().exists()
    assert load_demo(few).created
    assert KnowledgePage.objects.count() == sum(len(each.languages) for each in few.pages)


def test_nobody_is_written_to(mailoutbox):
    # The workflow runs for what waits and for what was published lately.
    wanted = {"pauses-actives-reussite", "ressources-libres-partagees", "contrat-d-equipe"}
    pages = [
        dataclasses.replace(page, data={**page.data, "published_on": RECENT})
        for page in SCENARIO.pages
        if page.slug in wanted
    ]
    load_demo(dataclasses.replace(SCENARIO, pages=tuple(pages)))
    statuses = set(WorkflowState.objects.values_list("status", flat=True))
    assert statuses == {"in_progress", "needs_changes", "approved"}
    assert mailoutbox == []


def test_a_site_where_others_work_is_left_alone():
    Organization.objects.create(slug="autre", name_fr="Autre")
    with pytest.raises(DemoNotWelcome):
        load_demo(dataclasses.replace(SCENARIO, pages=()))
    with pytest.raises(CommandError, match="Autre"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_what_the_story_decided_is_in_the_register():
    wanted = {"pauses-actives-reussite", "ressources-libres-partagees", "contrat-d-equipe"}
    few = tuple(page for page in SCENARIO.pages if page.slug in wanted) + SCENARIO.pages[:3]
    load_demo(dataclasses.replace(SCENARIO, pages=few))

    live = [page for page in few if page.data["state"] == "live"]
    approved = Decision.objects.filter(kind="approved")
    assert approved.count() == sum(len(page.languages) for page in live)
    assert {each.year for each in approved.values_list("made_at__date", flat=True)} == {
        page.data["published_on"].year for page in live
    }
    assert verify_register().fault == ""


def test_an_organization_of_the_demo_reviews_before_it_approves():
    load_demo(dataclasses.replace(SCENARIO, pages=()))

    plan = ModerationPlan.objects.get(organization__slug="upgm")
    assert [step.kind for step in plan.steps.all()] == ["internal_review", "organization"]
    assert warnings_about(plan) == []
