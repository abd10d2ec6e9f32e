"""What leads do to an agreement, each time with what it would change; and who reads a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.models import Page

from core.people import signed_in
from organizations.agreements import services
from organizations.agreements.forms import EndForm, ReadersForm, ReasonForm, SignForm
from organizations.agreements.simulation import (
    agreement_effect,
    level_effect,
    readers_now,
    readers_on,
)
from organizations.agreements.telling import (
    tell_effect,
    tell_past,
    tell_readers,
    tell_reuse,
)
from organizations.models import Agreement, AgreementState, OrganizationOwnedPage
from organizations.models.agreements import TRANSITIONS
from organizations.policies import agreement_policy, led_organizations
from organizations.second_factor import require_second_factor_now


@dataclass(frozen=True)
class Act:
    """Something that is done to an agreement."""

    name: str
    label: Any
    icon: str
    question: Any
    to: AgreementState | None = None
    simulated: bool = True


ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        Act(
            "send",
            gettext_lazy("Send to the parties"),
            "mail",
            gettext_lazy("The leads of all parties will be able to read, change and sign it."),
            simulated=False,
        ),
        Act(
            "sign",
            gettext_lazy("Sign"),
            "check",
            gettext_lazy("Once all parties have signed, and from its first day on:"),
        ),
        Act(
            "suspend",
            gettext_lazy("Suspend"),
            "time",
            gettext_lazy("At once, and until your organization resumes it:"),
            AgreementState.SUSPENDED,
        ),
        Act(
            "resume",
            gettext_lazy("Resume"),
            "rotate",
            gettext_lazy("At once:"),
            AgreementState.SIGNED,
        ),
        Act(
            "end",
            gettext_lazy("End"),
            "cross",
            gettext_lazy("From the day on which it ends:"),
            AgreementState.ENDED,
        ),
    )
}


def acts_for(agreement: Agreement, user: Any) -> list[Act]:
    """What `user` may do to the agreement now."""
    found = []
    if agreement.sent_at is None and agreement.state == AgreementState.DRAFT:
        found.append(ACTS["send"])
    if agreement.state in services.SIGNABLE and parties_to_sign(agreement, user).exists():
        found.append(ACTS["sign"])
    for act in ACTS.values():
        suspended = agreement.state == AgreementState.SUSPENDED
        if act.to in TRANSITIONS[agreement.state] and (act.name != "resume" or suspended):
            found.append(act)
    return found


def parties_to_sign(agreement: Agreement, user: Any) -> Any:
    """The parties for which `user` has yet to sign."""
    signed = agreement.signatures.values("organization")
    return led_organizations(user).filter(agreements=agreement).exclude(pk__in=signed)


def agreement_context(agreement: Agreement, user: Any) -> dict[str, Any]:
    """What the page of an agreement shows beside its terms."""
    signatures = {each.organization_id: each for each in agreement.signatures.all()}
    acts = acts_for(agreement, user)
    simulated = next((act for act in acts if act.simulated), None)
    return {
        "agreement": agreement,
        "parties": [
            {"organization": party, "signature": signatures.get(party.pk)}
            for party in agreement.parties.all()
        ],
        "content_types": _type_names(agreement),
        "acts": acts,
        "act": simulated,
        "reuse": tell_reuse(agreement, user),
        "effect": (
            tell_effect(agreement_effect(agreement, simulated.name), user)  # type: ignore[arg-type]
            if simulated
            else None
        ),
        "versions": _versions(agreement, user),
        "suspension": agreement.suspensions.filter(until=None).first(),
    }


def _type_names(agreement: Agreement) -> list[str]:
    found = (each.model_class() for each in agreement.content_types.all())
    return [str(model._meta.verbose_name_plural) for model in found if model]


def _versions(agreement: Agreement, user: Any) -> list[Agreement]:
    """The other versions that `user` may know of, the latest first."""
    known = agreement_policy.instances_user_has_any_permission_for(user, ["view"])
    found = {agreement.pk: agreement}
    while True:
        more = known.filter(successors__in=found) | known.filter(replaces__in=found)
        fresh = {each.pk: each for each in more.distinct() if each.pk not in found}
        if not fresh:
            break
        found |= fresh
    return sorted(found.values(), key=lambda each: (-each.version, -each.pk))


def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Ask, showing what it would change, then do."""
    agreement = get_object_or_404(Agreement, pk=pk)
    user = signed_in(request)
    if not agreement_policy.user_has_permission_for_instance(user, "change", agreement):
        raise PermissionDenied
    asked = {each.name: each for each in acts_for(agreement, user)}.get(act)
    if act not in ACTS:
        raise Http404
    if asked is None:
        messages.error(request, _("This cannot be done to the agreement as it stands now."))
        return redirect("agreements:inspect", pk)
    form = _form(request, agreement, asked)
    if request.method == "POST" and form.is_valid():
        if asked.name == "sign":
            require_second_factor_now(request)
        try:
            _do(asked, agreement, user, form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem.messages)
        else:
            messages.success(request, _("Done: %(act)s.") % {"act": asked.label})
            return redirect("agreements:inspect", pk)
    context = {
        "agreement": agreement,
        "act": asked,
        "form": form,
        "shows_terms": asked.name == "sign",
        "reuse": tell_reuse(agreement, user) if asked.simulated else None,
        "content_types": _type_names(agreement),
        "effect": (
            tell_effect(agreement_effect(agreement, asked.name), user)  # type: ignore[arg-type]
            if asked.simulated
            else None
        ),
    }
    return render(request, "organizations/admin/agreement_act.html", context)


def _form(request: HttpRequest, agreement: Agreement, act: Act) -> forms.Form:
    data = request.POST if request.method == "POST" else None
    if act.name == "sign":
        return SignForm(
            data,
            organizations=parties_to_sign(agreement, request.user),
            initial={"digest": agreement.digest()},
        )
    return {"suspend": ReasonForm, "end": EndForm}.get(act.name, forms.Form)(data)


def _do(act: Act, agreement: Agreement, user: Any, data: dict[str, Any]) -> None:
    match act.name:
        case "send":
            services.send_agreement(agreement, user=user)
        case "sign":
            services.sign_agreement(
                agreement, user=user, organization=data["organization"], digest=data["digest"]
            )
        case "suspend":
            services.suspend_agreement(agreement, user=user, reason=data["reason"])
        case "resume":
            services.resume_agreement(agreement, user=user)
        case "end":
            services.end_agreement(agreement, user=user, reason=data["reason"], on=data["on"])


def page_readers(request: HttpRequest, page_id: int) -> HttpResponse:
    """Who may read a page, who could on a past day, and what another level would change."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, OrganizationOwnedPage):
        raise Http404
    if not page.permissions_for_user(request.user).can_edit():  # type: ignore[arg-type]
        raise PermissionDenied
    form = ReadersForm(request.GET or None)
    asked = form.cleaned_data if form.is_valid() else {}
    readers, members = readers_now(page)
    level, day = asked.get("level"), asked.get("on")
    context = {
        "page": page,
        "form": form,
        # What is published decides, whatever a draft says.
        "now": tell_readers(readers, members) if page.live else None,  # type: ignore[attr-defined]
        "everyone": readers.everyone,
        "effect": tell_effect(level_effect(page, level), request.user) if level else None,
        "level": dict(form.fields["level"].choices).get(level),  # type: ignore[attr-defined]
        "refusal": page.why_not_shared(level=level) if level else "",
        "past": tell_past(readers_on(page, day)) if day else None,
        "edit_url": reverse("wagtailadmin_pages:edit", args=[page_id]),
    }
    return render(request, "organizations/admin/page_readers.html", context)
