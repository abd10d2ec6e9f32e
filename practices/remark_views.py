"""The doors at which remarks are written, read and answered.

To who may do neither they do not exist, whatever page they name.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.models import User
from core.people import signed_in
from core.text import number_in
from organizations.access import may_change
from practices.models import KnowledgePage, Remark
from practices.proposing.doors import for_people, typed_before
from practices.remark_forms import AnswerForm, RemarkForm
from practices.remarks import (
    answer_remark,
    organizations_to_remark_for,
    page_with_remarks,
    remarks_for,
    write_remark,
)
from practices.selectors import readable

REMARKS_ON_A_PAGE = 20


@for_people
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Write to those who work on a page of another organization.

    404 for who may not: the page is hidden from them, or no agreement gives the right any more.
    """
    user = signed_in(request)
    known = KnowledgePage.objects.filter(persistent_id=persistent_id)
    page: KnowledgePage | None = readable(known, user).first()
    organizations = list(organizations_to_remark_for(page, user)) if page else []
    if page is None or not organizations:
        return _nothing_sent(request)
    if request.method == "POST":
        form = RemarkForm(request.POST, organizations=organizations)
    else:
        typed = typed_before(request)
        form = RemarkForm(initial=typed.dict() if typed else None, organizations=organizations)
    if form.is_valid():
        try:
            write_remark(page, user=user, **form.cleaned_data)
        except PermissionDenied:
            return _nothing_sent(request)
        except ValidationError as problem:
            form.add_error("text", problem)
        else:
            messages.success(
                request, _("Your remark is sent. You are told when somebody answers it.")
            )
            return redirect("remarks", persistent_id)
    return render(request, "practices/remark.html", {"page": page, "form": form})


@for_people
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, persistent_id: UUID) -> HttpResponse:
    """Read the remarks on a page, and answer them for who works on it.

    404 for who may read none.
    """
    user = signed_in(request)
    page = page_with_remarks(persistent_id, user)
    if page is None:
        return _nothing_sent(request)
    answers = may_change(page, user)
    forms: dict[int, AnswerForm] = {}
    if request.method == "POST":
        remark = _named(request.POST.get("remark", ""), page, user)
        if remark is None or not answers:
            return _nothing_sent(request)
        form = forms[remark.pk] = _answer_form(remark, request.POST)
        if form.is_valid():
            try:
                answer_remark(remark, user=user, text=form.cleaned_data["text"])
            except ValidationError as problem:
                form.add_error(None, problem)
            else:
                messages.success(request, _("Your answer is sent."))
                return redirect(f"{request.get_full_path()}#remark-{remark.pk}")
    elif answers and (typed := typed_before(request)):
        remark = _named(typed.get("remark", ""), page, user)
        if remark is not None:
            forms[remark.pk] = _answer_form(remark, text=typed.get("text", ""))
    found = remarks_for(page, user).select_related("organization")
    shown = Paginator(found, REMARKS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "way_back": _way_back(page, user, request),
        "remarks": shown,
        "rows": list(_rows(shown.object_list, forms, answers=answers)),
        "answers": answers,
    }
    return render(request, "practices/remarks.html", context)


def _rows(
    remarks: Iterable[Remark], forms: dict[int, AnswerForm], *, answers: bool
) -> Iterator[tuple[Remark, AnswerForm | None, bool]]:
    """Each remark, the form in which it is answered, and whether something is typed in it."""
    for remark in remarks:
        typed = forms.get(remark.pk)
        is_open = answers and remark.answered_at is None
        yield remark, typed or (_answer_form(remark) if is_open else None), typed is not None


def _answer_form(remark: Remark, data: QueryDict | None = None, text: str = "") -> AnswerForm:
    return AnswerForm(data, auto_id=f"id_{remark.pk}_%s", initial={"text": text})


def _named(number: str, page: KnowledgePage, user: User) -> Remark | None:
    pk = number_in(number)
    return remarks_for(page, user).filter(pk=pk).first() if pk else None


def _way_back(page: KnowledgePage, user: User, request: HttpRequest) -> str:
    """The page for who reads it, else the form in which it is written."""
    if readable(KnowledgePage.objects.filter(pk=page.pk), user).exists():
        return page.get_url(request) or ""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def _nothing_sent(request: HttpRequest) -> HttpResponse:
    """What a door that does not exist answers; it gives back the text that somebody typed.

    Nothing in it depends on the page: who lost their right learns no more than a stranger.
    """
    text = request.POST.get("text", "")
    if not text.strip():
        raise Http404
    return render(request, "practices/remark_not_sent.html", {"text": text}, status=404)
