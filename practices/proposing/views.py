"""The short form: plain pages that post and redirect; script only keeps drafts meanwhile."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from core.people import signed_in
from core.text import number_in
from practices.proposing import selectors, services
from practices.proposing.doors import for_owner, for_writers, typed_before
from practices.proposing.forms import DocumentForm, PhotoForm, StartForm, StepForm
from practices.proposing.pages import (
    Conflict,
    error_summary,
    progress,
    questions,
    review,
    step_context,
)
from practices.proposing.steps import ESSENTIALS, FILES, PREVIEW, STEPS, TYPE, TYPES


@require_safe
@for_writers
def start(request: HttpRequest, *, homes: list[Any]) -> HttpResponse:
    """The first step: what to share, and for whom. It asks by GET, for it writes nothing."""
    asked = bool(request.GET)
    form = StartForm(request.GET if asked else None, homes=homes)
    if asked and form.is_valid():
        query = {
            "type": form.cleaned_data["type"],
            "organization": form.cleaned_data["organization"].pk,
            # One form is one page, however often it is sent.
            "key": uuid.uuid4(),
        }
        return redirect(reverse("proposing:new", query=query))
    context = {"form": form, "errors": error_summary(form), "progress": progress(TYPE)}
    return render(request, "practices/proposing/start.html", context)


@require_http_methods(["GET", "POST"])
@for_writers
def new(request: HttpRequest, *, homes: list[Any]) -> HttpResponse:
    """The essentials of what is not kept yet; its first title makes a draft of it."""
    home = next((each for each in homes if str(each.pk) == request.GET.get("organization")), None)
    model = TYPES.get(request.GET.get("type", ""))
    try:
        key = uuid.UUID(request.GET.get("key", ""))
    except ValueError:
        return redirect("proposing:start")
    if home is None or model is None:
        return redirect("proposing:start")
    user = signed_in(request)
    kept = selectors.proposal_of(user, key)
    if kept is not None and request.method == "GET":
        return redirect("proposing:step", key, ESSENTIALS)
    page = kept or model(locale=home.locale, organization=home.organization)
    going = request.POST.get("go", "next")
    form = _step_form(request, page, ESSENTIALS, partial=going != "next")
    if request.method == "POST":
        if going == "back" and not form.data.get("title", "").strip():
            return redirect("proposing:start")
        form.is_valid()
        if kept is None and "title" not in form.errors:
            kept = services.start_proposal(
                home, user=user, type=model.type_slug, key=key, values=form.kept
            )
        if kept is not None:
            return _save_step(request, kept, ESSENTIALS, form, going)
        if going == "keep":
            return JsonResponse({"state": "waiting", "message": ""})
    context = step_context(page, page, form, ESSENTIALS, user)
    context |= {"seen": "", "action": request.get_full_path()}
    context["similar"] = _similar(request, form)
    return render(request, "practices/proposing/step.html", context)


@require_http_methods(["GET", "POST"])
@for_owner
def step(request: HttpRequest, page: Any, step: int) -> HttpResponse:
    """One step of a proposal that is kept."""
    if step not in STEPS:
        raise Http404
    if not selectors.may_change(page, signed_in(request)):
        if request.POST.get("go") == "keep":
            return JsonResponse(
                {"state": "closed", "message": _("This proposal cannot be changed now.")},
                status=409,
            )
        return redirect("proposing:standing", page.persistent_id)
    views = {TYPE: _first, FILES: _files, PREVIEW: _preview}
    return views.get(step, _answers)(request, page, step)


def _first(request: HttpRequest, page: Any, step: int) -> HttpResponse:
    context = {"proposal": page, "progress": progress(TYPE, page)}
    return render(request, "practices/proposing/first.html", context)


def _answers(request: HttpRequest, page: Any, step: int) -> HttpResponse:
    draft = selectors.draft_to_read(page, step)
    going = request.POST.get("go", "next")
    form = _step_form(request, draft, step, partial=going != "next")
    if request.method == "POST":
        form.is_valid()
        return _save_step(request, page, step, form, going)
    return _render_step(request, page, draft, step, form)


def _step_form(request: HttpRequest, draft: Any, step: int, *, partial: bool) -> StepForm:
    answers = selectors.answers_of(draft, step)
    initial = selectors.values_of(draft, answers) if draft.pk else {}
    if not draft.pk:
        asked = answers
    else:
        asked = [each for each in answers if each.field in initial]
    is_sent = request.method == "POST"
    return StepForm(
        request.POST if is_sent else typed_before(request),
        answers=asked,
        page=draft,
        initial=initial,
        partial=partial or not is_sent,
    )


def _show_step(
    request: HttpRequest,
    page: Any,
    step: int,
    form: StepForm,
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The step after something was kept: with what the draft holds by now."""
    page = selectors.proposal_of(signed_in(request), page.persistent_id)
    if page is None:
        raise Http404
    return _render_step(request, page, selectors.draft_to_read(page, step), step, form, conflict)


def _render_step(
    request: HttpRequest,
    page: Any,
    draft: Any,
    step: int,
    form: StepForm,
    conflict: Conflict | None = None,
) -> HttpResponse:
    values = selectors.values_of(draft, selectors.answers_of(draft, step))
    context = step_context(page, draft, form, step, signed_in(request), conflict)
    # Until what was typed before one signed in again is kept, it says what the person saw then.
    typed_again = form.is_bound and request.method == "GET"
    context["seen"] = form.data.get("seen", "") if typed_again else selectors.token_of(values)
    context["action"] = reverse("proposing:step", args=[page.persistent_id, step])
    if step <= ESSENTIALS + 1:
        context["similar"] = _similar(request, form, besides=page)
    return render(request, "practices/proposing/step.html", context)


def _keep(request: HttpRequest, page: Any, step: int, form: StepForm) -> Conflict | None:
    """Keep the answers that can be; what the draft holds instead where it changed elsewhere."""
    try:
        services.save_answers(
            page,
            user=signed_in(request),
            step=step,
            values=form.kept,
            seen=request.POST.get("seen", ""),
        )
    except services.ChangedElsewhere as problem:
        return Conflict.between(selectors.answers_of(page, step), form.kept, problem.values)
    return None


def _save_step(
    request: HttpRequest, page: Any, step: int, form: StepForm, going: str
) -> HttpResponse:
    """Keep what can be kept; nobody leaves a step while something of it cannot."""
    conflict = _keep(request, page, step, form)
    if conflict is None and going == "keep":
        return _kept(page, step, form)
    if conflict is None and form.is_valid():
        return _went_on(request, page, step, going)
    if going == "keep":
        message = _("Not kept: this draft was changed elsewhere. Go on to compare the two.")
        return JsonResponse({"state": "conflict", "message": message}, status=409)
    return _show_step(request, page, step, form, conflict)


def _went_on(request: HttpRequest, page: Any, step: int, going: str) -> HttpResponse:
    """Where a person goes once their answers are kept."""
    if going == "later":
        messages.success(request, _("Your draft is kept in your space: take it up when you like."))
        return redirect("my_space")
    following = step - 1 if going == "back" else step + 1
    return redirect("proposing:step", page.persistent_id, following)


def _kept(page: Any, step: int, form: StepForm) -> JsonResponse:
    draft = selectors.draft_to_read(type(page).objects.get(pk=page.pk), step)
    values = selectors.values_of(draft, selectors.answers_of(draft, step))
    now = time_format(timezone.localtime(), "TIME_FORMAT")
    message = _("Draft kept at %(time)s") % {"time": now}
    if form.errors:
        wrong = " ".join(
            f"{form[name].label} – {' '.join(map(str, form.errors[name]))}" for name in form.errors
        )
        message = _("Draft kept at %(time)s, but for this: %(errors)s") % {
            "time": now,
            "errors": wrong,
        }
    return JsonResponse(
        {
            "state": "kept",
            "seen": selectors.token_of(values),
            "url": reverse("proposing:step", args=[page.persistent_id, step]),
            "message": message,
        }
    )


def _files(request: HttpRequest, page: Any, step: int) -> HttpResponse:
    photo, document = PhotoForm(), DocumentForm()
    here = redirect("proposing:step", page.persistent_id, step)
    if request.method == "POST":
        if "remove" in request.POST:
            _remove_file(request, page)
            return here
        going = request.POST.get("go", "next")
        if going == "photo" or "photo-file" in request.FILES:
            photo = PhotoForm(request.POST, request.FILES)
        if going == "document" or "document-file" in request.FILES:
            document = DocumentForm(request.POST, request.FILES)
        photo_added = _add(request, page, photo, services.add_photo)
        document_added = _add(request, page, document, services.add_document)
        if not (photo.errors or document.errors):
            if going not in {"photo", "document"}:
                return _went_on(request, page, step, going)
            messages.success(request, _("It is added."))
            return here
        # What was good is added: it is not asked again.
        photo = PhotoForm() if photo_added else photo
        document = DocumentForm() if document_added else document
        page = selectors.proposal_of(signed_in(request), page.persistent_id)
    draft = selectors.draft_to_read(page, step)
    context = {
        "proposal": page,
        "photos": selectors.photos_to_show(draft),
        "documents": selectors.documents_of(draft),
        "photo_form": questions(photo),
        "document_form": questions(document),
        "errors": error_summary(photo) + error_summary(document),
        "progress": progress(FILES, page),
        "standing": selectors.standing_of_proposal(page),
    }
    return render(request, "practices/proposing/files.html", context)


def _add(request: HttpRequest, page: Any, form: Any, add: Callable[..., Any]) -> bool:
    """Whether the file of `form` was added; what is wrong with it is said by the form."""
    if not form.is_bound or not form.is_valid():
        return False
    try:
        add(page, user=signed_in(request), form=form)
    except ValidationError as error:
        form.add_error("file", error)
        return False
    return True


def _remove_file(request: HttpRequest, page: Any) -> None:
    kind, _dash, pk = request.POST["remove"].partition("-")
    number = number_in(pk)
    if kind in {"image", "document"} and number is not None:
        services.remove_file(page, user=signed_in(request), kind=kind, pk=number)
        messages.success(request, _("It is removed."))


def _preview(request: HttpRequest, page: Any, step: int) -> HttpResponse:
    draft = selectors.draft_to_read(page)
    problem = ""
    if request.method == "POST":
        going = request.POST.get("go", "send")
        if going != "send":
            return _went_on(request, page, step, going)
        try:
            services.send_proposal(page, user=signed_in(request))
        except (ValidationError, PermissionDenied) as error:
            problem = " ".join(getattr(error, "messages", [str(error)]))
        else:
            return redirect("proposing:standing", page.persistent_id)
    missing = services.missing_of(draft)
    checked = review(page, draft, missing)
    context = {
        "proposal": page,
        "review": checked,
        "problem": "" if missing else problem,
        "errors": checked.errors if problem else [],
        "progress": progress(PREVIEW, page),
        "standing": selectors.standing_of_proposal(page),
    }
    return render(request, "practices/proposing/preview.html", context)


@require_safe
@for_owner
def standing(request: HttpRequest, page: Any) -> HttpResponse:
    """Where a proposal stands, what to expect, and what moderators said."""
    missing = services.missing_of(selectors.draft_to_read(page))
    context = {
        "proposal": page,
        "title": page.draft_title,
        "standing": selectors.standing_of_proposal(page),
        "may_change": selectors.may_change(page, signed_in(request)),
        # Where something is missing, else where all can be checked and changed.
        "next_step": missing[0][0] if missing else PREVIEW,
    }
    return render(request, "practices/proposing/standing.html", context)


@xframe_options_sameorigin
@require_safe
@for_owner
def reading(request: HttpRequest, page: Any) -> HttpResponse:
    """The proposal as readers will see it."""
    draft = selectors.draft_of(page)
    answer: HttpResponse = draft.make_preview_request(request, draft.default_preview_mode)
    return answer


@require_safe
@for_writers
def similar(request: HttpRequest, *, homes: list[Any]) -> HttpResponse:
    """The pages whose titles are like `title`, as a piece of a page."""
    found = selectors.similar_pages(
        request.GET.get("title", "")[:150], signed_in(request), get_language() or "fr"
    )
    return render(request, "practices/proposing/similar.html", {"similar": found})


def _similar(request: HttpRequest, form: StepForm, besides: Any = None) -> list[Any]:
    title = str(form["title"].value() or "") if "title" in form.fields else ""
    if not title and besides is not None:
        title = besides.draft_title
    if not title:
        return []
    return selectors.similar_pages(title, signed_in(request), get_language() or "fr")
