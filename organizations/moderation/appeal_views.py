"""The pages on which an author appeals and a panel decides, in the admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from core.people import signed_in
from core.text import number_in
from organizations.models import Appeal, AppealSettings, AppealState
from organizations.models.appeals import OUTCOMES, PANEL
from organizations.models.organizations import community_roles_of
from organizations.moderation.appeals import decide_appeal, file_appeal, why_no_appeal
from organizations.moderation.letters import letters_for
from organizations.moderation.refusals import DecisionRefused
from organizations.moderation.selectors import appeals_for, may_review, sits_on_panel


def appeals(request: HttpRequest) -> HttpResponse:
    """The appeals that the person may know of, those that wait first."""
    found = appeals_for(request.user).order_by("-filed_at", "-pk")
    waiting = list(found.filter(state=AppealState.OPEN))
    decided = found.exclude(state=AppealState.OPEN)[:100]
    return render(
        request,
        "organizations/admin/appeals.html",
        {"waiting": waiting, "decided": decided},
    )


def file(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Appeal against the decision of a letter."""
    user = signed_in(request)
    letter = letters_for(user).filter(pk=letter_id, author=user.pk).first()
    if letter is None:
        raise Http404
    known = Appeal.objects.filter(decision=letter.decision_id).first()
    if known is not None:
        return redirect("moderation:appeal", known.pk)
    problem = why_no_appeal(letter, user)
    statement = request.POST.get("statement", "")
    if request.method == "POST" and not problem:
        try:
            made = file_appeal(letter, user=user, statement=statement)
        except (DecisionRefused, ValidationError) as refusal:
            problem = " ".join(getattr(refusal, "messages", [str(refusal)]))
        else:
            messages.success(request, _("Your appeal is filed: the panel is told."))
            return redirect("moderation:appeal", made.pk)
    settings = AppealSettings.current()
    return render(
        request,
        "organizations/admin/appeal_form.html",
        {
            "letter": letter,
            "problem": problem,
            "statement": statement,
            "until": settings.last_moment(letter.decision.made_at),
            "may_appeal": not why_no_appeal(letter, user),
        },
        status=200 if request.method != "POST" else 409,
    )


def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal: what was refused and why, what the author says, what the panel decides."""
    user = signed_in(request)
    found = appeals_for(user).filter(pk=appeal_id).first()
    if found is None:
        raise Http404
    problem, words = "", request.POST.get("words", "")
    if request.method == "POST":
        try:
            decided = decide_appeal(
                found,
                user=user,
                outcome=request.POST.get("outcome", ""),
                words=words,
                revision=number_in(request.POST.get("revision", "")),
            )
        except (DecisionRefused, ValidationError) as refusal:
            problem = " ".join(getattr(refusal, "messages", [str(refusal)]))
        else:
            messages.success(
                request,
                _("The panel has decided.") if decided else _("Your signature is noted."),
            )
            return redirect("moderation:appeal", found.pk)
        found.refresh_from_db()
    decides = sits_on_panel(user, found) and found.state == AppealState.OPEN
    page = found.page.specific
    return render(
        request,
        "organizations/admin/appeal.html",
        {
            "appeal": found,
            "decision": found.decision,
            "letter": letters_for(user).filter(decision=found.decision_id).first(),
            "page": page,
            "reads": may_review(user, page),
            "is_same_text": page.latest_revision_id == found.decision.revision_number,
            "signatures": found.signatures.select_related("person"),
            "needed": AppealSettings.current().signatures,
            "outcomes": [(each.value, each.label) for each in OUTCOMES] if decides else [],
            "problem": problem,
            "words": words,
        },
        status=409 if problem else 200,
    )


class AppealsMenuItem(MenuItem):
    """“Appeals”, for those who may be asked to sit on a panel."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(PANEL & community_roles_of(request.user))

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        open_ones = appeals_for(request.user).filter(state=AppealState.OPEN)
        if count := open_ones.exclude(author=request.user.pk).count():
            component.label = _("Appeals (%(n)d)") % {"n": count}
        return component
