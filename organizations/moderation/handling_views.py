"""Claim, release, hand over, say what is urgent, and be away, in the admin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets import AdminDateInput
from wagtail.models import Page

from core.models import User
from core.people import signed_in
from organizations.models import Absence, Organization, Priority
from organizations.moderation.handling import (
    DECIDING,
    claim,
    declare_absence,
    end_absence,
    hand_over,
    handling_of,
    kept_by_another,
    leads,
    may_claim,
    may_end_claim,
    possible_delegates,
    possible_holders,
    release,
    set_priority,
    sets_priority,
)
from organizations.moderation.inbox import decides
from organizations.moderation.refusals import DecisionRefused
from organizations.moderation.reminding import leads_of
from organizations.moderation.selectors import may_review
from organizations.visibility import Viewer


def handling_context(page: Page, user: User) -> dict[str, Any]:
    """What `user` may do with the task at which `page` is, for the page that shows it."""
    handling = handling_of(page)
    if handling is None:
        return {}
    holder = handling.claimed_by
    free = holder is None or kept_by_another(page, user) is None
    takes = handling.task_state.task.specific.is_for(page, user)
    holders = possible_holders(handling, user) if takes or leads(user, handling) else []
    return {
        "handling": handling,
        "may_claim": free and holder != user and may_claim(handling, user),
        "may_release": holder is not None and may_end_claim(handling, user),
        "holders": holders,
        "sets_priority": sets_priority(user, handling),
        "other_priority": Priority.NORMAL if handling.priority else Priority.HIGH,
    }


@require_POST
def handle(request: HttpRequest, page_id: int) -> HttpResponse:
    """Carry out one of these with the task at which a text is."""
    user = signed_in(request)
    page = get_object_or_404(Page, pk=page_id).specific
    if not may_review(user, page):
        raise Http404
    handling = handling_of(page)
    if handling is None:
        messages.error(request, _("This text no longer waits for a decision."))
        return redirect("moderation:review", page.pk)
    state, data = handling.task_state, request.POST
    try:
        match data.get("action"):
            case "claim":
                claim(state, user=user)
            case "release":
                release(state, user=user)
            case "hand_over":
                people = possible_holders(handling, user)
                to = next((each for each in people if str(each.pk) == data.get("to")), None)
                if to is None:
                    raise ValidationError(_("Choose to whom you hand this text over."))
                hand_over(state, user=user, to=to)
            case "priority":
                wanted = data.get("priority", "")
                set_priority(state, user=user, priority=int(wanted) if wanted in ("0", "1") else -1)
            case _:
                raise ValidationError(_("Choose what to do with this text."))
    except DecisionRefused as refusal:
        messages.error(request, str(refusal))
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    else:
        messages.success(request, _("Noted."))
    path = reverse("moderation:review", args=[page.pk])
    return redirect(get_valid_next_url_from_request(request) or path)


# Absence


class AbsenceForm(forms.Form):
    """Until when a person is away from one organization, and who decides meanwhile."""

    until = forms.DateField(label=gettext_lazy("Away until"), widget=AdminDateInput)
    delegate = forms.ModelChoiceField(
        label=gettext_lazy("Who decides meanwhile"), queryset=User.objects.none()
    )

    def __init__(self, *args: Any, user: User, organization: Organization, **kwargs: Any) -> None:
        kwargs["prefix"] = f"org{organization.pk}"
        super().__init__(*args, **kwargs)
        people = possible_delegates(user, organization)
        field: Any = self.fields["delegate"]
        field.queryset = User.objects.filter(pk__in=[each.pk for each in people])
        self.nobody = not people
        if self.nobody:
            del self.fields["delegate"]


def organizations_where(user: Viewer) -> Any:
    """The organizations in which `user` moderates or reviews."""
    return Organization.objects.filter(
        memberships__user=user.pk, memberships__role__in=DECIDING
    ).distinct()


def _noted(form: AbsenceForm, user: User, organization: Organization) -> str:
    """What becomes of the texts while a person is away."""
    if not form.nobody:
        return _("Noted: what you had claimed passes on.")
    if [each for each in leads_of(organization.pk) if each != user]:
        return _("Noted: texts wait until you are back, and the leads are told of it.")
    return _("Noted: texts wait until you are back, and there is no other lead to be told of it.")


def absence(request: HttpRequest) -> HttpResponse:
    """Say that one is away, for each organization in which one decides."""
    user = signed_in(request)
    if not decides(user):
        raise Http404
    own = list(organizations_where(user))
    chosen = next((each for each in own if str(each.pk) == request.POST.get("organization")), None)
    if request.method == "POST" and chosen is not None and "back" in request.POST:
        end_absence(user, organization=chosen)
        messages.success(request, _("You are back: tasks come to you again."))
        return redirect("moderation:absence")
    current = {each.organization_id: each for each in Absence.objects.current().filter(person=user)}
    rows = []
    for each in own:
        known = current.get(each.pk)
        form = AbsenceForm(
            request.POST if each == chosen else None,
            user=user,
            organization=each,
            initial={"until": known.until, "delegate": known.delegate_id} if known else None,
        )
        if form.is_bound and form.is_valid():
            try:
                declare_absence(user, organization=each, **form.cleaned_data)
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                messages.success(request, _noted(form, user, each))
                return redirect("moderation:absence")
        rows.append({"organization": each, "absence": known, "form": form})
    return render(request, "organizations/admin/absence.html", {"rows": rows})
