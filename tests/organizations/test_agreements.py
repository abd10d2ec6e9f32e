"""Agreements are drafted, signed by all, changed only with all, suspended and ended."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import ModelLogEntry

from core.dates import day_of
from organizations.access import may_read_page
from organizations.agreements.selectors import agreements_to_manage, reviewing_organizations
from organizations.agreements.services import (
    change_agreement,
    draft_agreement,
    end_agreement,
    resume_agreement,
    send_agreement,
    sign_agreement,
    suspend_agreement,
)
from organizations.models import Agreement, AgreementState, AgreementStatus
from organizations.models.agreements import TRANSITIONS, today
from search.models import OutboxEntry
from taxonomy.files import read_file
from taxonomy.models import Term
from taxonomy.services import check_place, replace_term, sync_terms
from tests.organizations.agreements import days, drafted, leader_of, moment, sign, signed
from tests.organizations.factories import editor, organization
from tests.practices.factories import LessonFactory, PracticeSheetFactory, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def une():
    return organization("une")


@pytest.fixture
def deux():
    return organization("deux")


@pytest.fixture
def trois():
    return organization("trois")


def in_force(at=None):
    return set(Agreement.objects.in_force(at))


def home(owner):
    return owner.pages.get(locale__language_code="fr")


def test_it_holds_once_the_last_party_has_signed(une, deux):
    agreement = drafted(une, deux)
    sign(agreement, [une])
    assert (agreement.state, in_force()) == (AgreementState.PARTLY_SIGNED, set())
    sign(agreement, [deux])
    assert (agreement.state, in_force()) == (AgreementState.SIGNED, {agreement})
    assert agreement.status == AgreementStatus.ACTIVE


def test_a_signature_keeps_the_name_of_who_signed_when_the_account_goes(une, deux):
    agreement = signed(une, deux)
    leader = leader_of(une)
    leader.delete()
    signature = agreement.signatures.get(organization=une)
    assert (signature.user, signature.name) == (None, "lead-une")


@pytest.mark.parametrize("who", ["editor", "lead of another", "twice", "not a party"])
def test_only_a_lead_of_a_party_signs_for_it_and_once(who, une, deux, trois):
    agreement = drafted(une, deux)
    user, party = {
        "editor": (editor(member_of=une), une),
        "lead of another": (leader_of(deux), une),
        "twice": (leader_of(une), une),
        "not a party": (leader_of(trois), trois),
    }[who]
    if who == "twice":
        sign(agreement, [une])
    with pytest.raises((PermissionDenied, ValidationError)):
        sign_agreement(agreement, user=user, organization=party, digest=agreement.digest())


def test_what_one_signs_is_what_one_has_read(une, deux):
    agreement = drafted(une, deux)
    read = agreement.digest()
    change_agreement(agreement, user=leader_of(une), text_fr="Autre chose.")
    with pytest.raises(ValidationError, match="changé"):
        sign_agreement(agreement, user=leader_of(une), organization=une, digest=read)


@pytest.mark.parametrize(
    "change",
    [{"text_fr": "Autrement."}, {"may_adapt": True}, {"themes": "theme"}, {"parties": "trois"}],
)
def test_after_a_signature_a_change_is_a_new_version_that_all_must_sign(change, une, deux, trois):
    agreement = signed(une, deux)
    before = agreement.digest()
    if "themes" in change:
        change = {"themes": [term("theme", "evaluation")]}
    if "parties" in change:
        change = {"parties": [une, deux, trois]}
    version = change_agreement(agreement, user=leader_of(deux), **change)

    agreement.refresh_from_db()
    assert (version.version, version.replaces, version.signatures.count()) == (2, agreement, 0)
    assert agreement.digest() == before == agreement.signatures.first().digest
    assert in_force() == {agreement}, "the first version holds until all have signed the second"

    sign(version, version.parties.all())
    assert in_force() == {version}


def test_a_change_of_what_some_have_signed_starts_anew(une, deux):
    agreement = sign(drafted(une, deux), [une])
    version = change_agreement(agreement, user=leader_of(deux), text_fr="Autrement.")
    agreement.refresh_from_db()
    assert agreement.state == AgreementState.ENDED
    assert agreement.signatures.count() == 1
    assert version.state == AgreementState.DRAFT
    with pytest.raises(ValidationError):
        sign_agreement(
            agreement, user=leader_of(deux), organization=deux, digest=agreement.digest()
        )
    with pytest.raises(ValidationError):
        change_agreement(agreement, user=leader_of(deux), text_fr="Encore.")


def test_a_version_that_starts_later_lets_the_former_hold_until_then(une, deux):
    agreement = signed(une, deux)
    version = change_agreement(agreement, user=leader_of(une), starts_on=days(10))
    sign(version, [une, deux])
    assert in_force(moment(9)) == {agreement}
    assert in_force(moment(10)) == {version}


@pytest.mark.parametrize(
    ("terms", "held"),
    [
        ({}, {0, 5, 40, 4000}),
        ({"starts_on": 5}, {5, 40, 4000}),
        ({"ends_on": 5}, {0, 5}),
        ({"ends_on": 5, "renewal_months": 6}, {0, 5, 40, 4000}),
    ],
)
def test_days_come_without_anything_having_to_run(terms, held, une, deux):
    dated = {name: days(value) if name.endswith("_on") else value for name, value in terms.items()}
    agreement = signed(une, deux, **dated)
    for day in (0, 5, 6, 40, 4000):
        expected = day in held or (day == 6 and 40 in held)
        assert (agreement in in_force(moment(day))) is expected, day
        status = agreement.status_on(day_of(moment(day)))
        assert (status == AgreementStatus.ACTIVE) is expected, day


def test_a_day_begins_where_the_site_is(settings):
    settings.TIME_ZONE = "America/Toronto"
    assert day_of(datetime(2026, 3, 2, 3, 0, tzinfo=UTC)).day == 1


def test_a_party_suspends_at_once_and_resumes_itself(une, deux):
    agreement = signed(une, deux)
    before = moment(0)
    with pytest.raises(ValidationError):
        suspend_agreement(agreement, user=leader_of(deux), reason=" ")
    suspend_agreement(agreement, user=leader_of(deux), reason="Une fuite.")
    assert in_force() == set()
    assert in_force(before) == {agreement}
    with pytest.raises(PermissionDenied):
        resume_agreement(agreement, user=leader_of(une))
    resume_agreement(agreement, user=leader_of(deux))
    assert in_force() == {agreement}


def test_a_party_ends_it_with_the_notice_that_was_agreed(une, deux):
    agreement = signed(une, deux, notice_days=30)
    with pytest.raises(ValidationError, match="préavis"):
        end_agreement(agreement, user=leader_of(deux), reason="Fini.", on=days(29))
    end_agreement(agreement, user=leader_of(deux), reason="Fini.")
    assert in_force(moment(29)) == {agreement}
    assert in_force(moment(30)) == set()


def test_without_notice_an_end_takes_effect_at_once(une, deux):
    end_agreement(signed(une, deux), user=leader_of(deux), reason="Fini.")
    assert in_force() == set()


@pytest.mark.parametrize("state", AgreementState.values)
def test_states_go_only_where_they_may(state, une, deux):
    agreement = drafted(une, deux)
    if state != AgreementState.DRAFT:
        sign(agreement, [une])
    if state in (AgreementState.SIGNED, AgreementState.SUSPENDED, AgreementState.ENDED):
        sign(agreement, [deux])
    if state == AgreementState.SUSPENDED:
        suspend_agreement(agreement, user=leader_of(une), reason="Une fuite.")
    if state == AgreementState.ENDED:
        end_agreement(agreement, user=leader_of(une), reason="Fini.")
    agreement.refresh_from_db()
    assert agreement.state == state
    acts = {
        AgreementState.SUSPENDED: lambda: suspend_agreement(
            agreement, user=leader_of(une), reason="Une fuite."
        ),
        AgreementState.ENDED: lambda: end_agreement(agreement, user=leader_of(une), reason="Fini."),
    }
    for target, act in acts.items():
        if target not in TRANSITIONS[state]:
            with pytest.raises(ValidationError):
                act()


def test_terms_that_contradict_each_other_are_refused_with_the_reason(une, deux, trois):
    for wrong in (
        {"ends_on": days(-1)},
        {"renewal_months": 3},
        {"may_see": False},
        {"covered_organizations": [trois]},
    ):
        with pytest.raises(ValidationError):
            drafted(une, deux, **wrong)
    with pytest.raises(ValidationError):
        drafted(une)
    with pytest.raises(PermissionDenied):
        draft_agreement(
            user=leader_of(trois),
            proposed_by=une,
            parties=[une, deux],
            title_fr="t",
            purpose_fr="p",
            text_fr="x",
            starts_on=today(),
        )


def test_a_draft_is_its_authors_alone_until_it_is_sent(une, deux, trois):
    agreement = drafted(une, deux)

    def known(owner):
        return agreement in agreements_to_manage(leader_of(owner))

    assert (known(une), known(deux), known(trois)) == (True, False, False)
    with pytest.raises(PermissionDenied):
        change_agreement(agreement, user=leader_of(deux), text_fr="Autrement.")
    send_agreement(agreement, user=leader_of(une))
    assert (known(une), known(deux), known(trois)) == (True, True, False)


def test_everything_is_recorded_with_who_and_why(une, deux):
    agreement = signed(une, deux)
    suspend_agreement(agreement, user=leader_of(une), reason="Une fuite.")
    entries = ModelLogEntry.objects.filter(object_id=str(agreement.pk)).order_by("pk")
    assert [each.action.rpartition(".")[2] for each in entries] == [
        "draft",
        "sign",
        "sign",
        "suspend",
    ]
    last = entries.last()
    assert (last.user, last.data["organization"], last.data["reason"]) == (
        leader_of(une),
        "une",
        "Une fuite.",
    )


def test_only_a_change_of_what_could_be_covered_reindexes(une, deux):
    page = LessonFactory(parent=home(une), sharing_level="partners")
    LessonFactory(parent=home(une), sharing_level="community")

    def touched(act):
        OutboxEntry.objects.all().delete()
        act()
        return set(OutboxEntry.objects.values_list("key", flat=True))

    agreement = None

    def draft():
        nonlocal agreement
        agreement = drafted(une, deux)

    assert touched(draft) == {f"page:{page.pk}"}
    user = leader_of(une)
    assert touched(lambda: change_agreement(agreement, user=user, themes=[])) == {f"page:{page.pk}"}
    assert touched(lambda: sign(agreement, [une, deux])) == set()
    assert touched(lambda: suspend_agreement(agreement, user=user, reason="r")) == set()
    assert touched(lambda: resume_agreement(agreement, user=user)) == set()
    assert touched(lambda: end_agreement(agreement, user=user, reason="r")) == set()


def test_cross_review_is_by_those_whom_an_agreement_in_force_asks(une, deux, trois):
    theme = term("theme", "evaluation")
    signed(une, deux, may_cross_review=True, themes=[theme])
    signed(une, trois)
    covered = PracticeSheetFactory(parent=home(une), themes=[theme], live=False)
    other = PracticeSheetFactory(parent=home(une), live=False)

    assert set(reviewing_organizations(covered)) == {deux}
    assert set(reviewing_organizations(other)) == set()


def test_no_edit_of_a_vocabulary_changes_what_a_signed_agreement_shares(une, deux):
    above, other = term("theme", "evaluation"), term("theme", "mentorat")
    named = term("theme", "retroaction", parent=above)
    twin = term("theme", "retour", parent=above)
    agreement = signed(une, deux, themes=[named])
    over = signed(une, deux, themes=[other], starts_on=days(-9), ends_on=days(3))
    sketch = drafted(une, deux, themes=[named])
    page = PracticeSheetFactory(parent=une.pages.first(), themes=[named])

    # The pages of the theme would leave the agreement, and those of another one would enter it.
    for old, new in ((named, twin), (twin, named)):
        with pytest.raises(ValidationError) as refusal:
            replace_term(old, by=new)
        assert "replaced_by" in refusal.value.message_dict
    with pytest.raises(ValidationError) as refusal:
        check_place(twin, parent=named)
    assert "parent" in refusal.value.message_dict
    check_place(named, parent=None)  # the agreement goes with the theme that it names
    assert list(page.themes.all()) == [named]

    # Once it is over the theme goes, and what was signed stays as it was read.
    digest = agreement.digest()
    Agreement.objects.filter(pk__in=[agreement.pk, over.pk]).update(
        ends_on=days(-1), starts_on=days(-9)
    )
    replace_term(named, by=twin)
    assert list(page.themes.all()) == list(sketch.themes.all()) == [twin]
    assert list(agreement.themes.all()) == [named]
    assert agreement.digest() == digest


def test_an_update_of_the_shipped_themes_changes_nothing_of_it_either(une, deux, tmp_path):
    def sync(terms, **options):
        path = tmp_path / "theme.yaml"
        path.write_text(
            f"slug: theme\nfr: Thème\nen: Theme\nhierarchical: true\nterms:\n{terms}", "utf-8"
        )
        return sync_terms([read_file(path)], **options)

    def entry(slug, below="", label="Nom"):
        return f"{{slug: {slug}, fr: {label}, en: Name, narrower: [{below}]}}"

    def where(slug):
        return Term.objects.of("theme").get(slug=slug).path

    sync(f"- {entry('signed')}\n- {entry('high', entry('deep'))}\n- {entry('low')}\n")
    signed_theme = Term.objects.of("theme").get(slug="signed")
    agreement = signed(une, deux, themes=[signed_theme])
    page = PracticeSheetFactory(
        parent=une.pages.first(), themes=[Term.objects.get(slug="deep")], sharing_level="partners"
    )
    # The signed theme moves and takes what is below it along; “high” with all its pages would come
    # to stand below it, and “deep” would go there by itself.
    moved = entry("signed", entry("high", label="Autre nom") + ", " + entry("deep"))
    update = f"- {entry('low', moved)}\n"

    for options in ({}, {}, {"restore": True}):
        report = sync(update, **options)
        assert report.held == ["theme: high", "theme: deep"]
        assert where("signed") == "low/signed"
        assert where("deep") == "high/deep"
        assert not may_read_page(page, leader_of(deux))
    assert Term.objects.get(slug="high").label_fr == "Autre nom"

    Agreement.objects.filter(pk=agreement.pk).update(starts_on=days(-9), ends_on=days(-1))
    assert sync(update).held == []
    assert where("high") == "low/signed/high"
    assert where("deep") == "low/signed/deep"


def test_a_new_theme_stands_where_the_one_above_it_was_held(une, deux, tmp_path):
    def sync(terms):
        path = tmp_path / "theme.yaml"
        path.write_text(
            f"slug: theme\nfr: Thème\nen: Theme\nhierarchical: true\nterms:\n{terms}", "utf-8"
        )
        return sync_terms([read_file(path)])

    def entry(slug, below="", **more):
        said = "".join(f", {name}: {value}" for name, value in more.items())
        return f"{{slug: {slug}, fr: Nom, en: Name{said}, narrower: [{below}]}}"

    def where(slug):
        return Term.objects.of("theme").get(slug=slug).path

    sync(f"- {entry('signed')}\n- {entry('high', entry('deep'))}\n- {entry('low')}\n")
    agreement = signed(une, deux, themes=[Term.objects.of("theme").get(slug="signed")])
    update = f"- {entry('signed', entry('high', entry('deep', entry('new'))))}\n- {entry('low')}\n"
    PracticeSheetFactory(parent=une.pages.first(), themes=[Term.objects.get(slug="deep")])

    assert sync(update).held == ["theme: high"]
    assert (where("deep"), where("new")) == ("high/deep", "high/deep/new")
    page = PracticeSheetFactory(
        parent=une.pages.first(), themes=[Term.objects.get(slug="new")], sharing_level="partners"
    )
    assert not may_read_page(page, leader_of(deux))

    # It goes along with the others, whatever else is saved of it in the same run.
    Agreement.objects.filter(pk=agreement.pk).update(starts_on=days(-9), ends_on=days(-1))
    renamed = entry("deep", entry("new", definition_fr="Texte.") + ", " + entry("newer"))
    sync(f"- {entry('signed', entry('high', renamed))}\n- {entry('low')}\n")
    assert where("new") == "signed/high/deep/new"
    assert where("newer") == "signed/high/deep/newer"
