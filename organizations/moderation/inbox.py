"""The moderator's inbox: what waits for a person, and decisions on several texts at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import django_filters
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem

from core.models import User
from core.people import signed_in
from core.text import number_in
from organizations.models import Organization, Priority, Role, StepKind, TaskHandling
from organizations.models.organizations import community_roles_of
from organizations.models.standing import standing_of
from organizations.models.tasks import VALIDATORS
from organizations.moderation.handling import claim, release, set_priority
from organizations.moderation.refusals import DecisionRefused
from organizations.moderation.selectors import tasks_for
from organizations.visibility import Viewer

PER_PAGE = 50


def decides(user: Viewer) -> bool:
    """Whether `user` has a part in deciding on texts, whether any waits or not."""
    if not isinstance(user, User) or not user.is_active:
        return False
    roles = {role for held in standing_of(user).roles.values() for role in held}
    return bool(
        user.is_superuser
        or roles & {Role.MODERATOR, Role.REVIEWER}
        or VALIDATORS & community_roles_of(user)
    )


def inbox_of(user: Viewer) -> QuerySet[TaskHandling]:
    """The tasks that wait for `user`, the most urgent first."""
    return (
        TaskHandling.objects.filter(task_state__in=tasks_for(user).order_by().values("pk"))
        .select_related(
            "task_state__task",
            "task_state__workflow_state__requested_by",
            "organization",
            "claimed_by",
            "page",
        )
        .order_by("-priority", "due_on", "pk")
    )


def free_for(user: Viewer) -> QuerySet[TaskHandling]:
    """Of these, the ones that nobody else has claimed."""
    return inbox_of(user).filter(Q(claimed_by=None) | Q(claimed_by=user.pk))


# Filters and order


def _people(request: HttpRequest) -> QuerySet[User]:
    waiting = inbox_of(request.user).order_by()
    return User.objects.filter(
        pk__in=waiting.values("task_state__workflow_state__requested_by")
    ).order_by("last_name", "first_name", "pk")


def _organizations(request: HttpRequest) -> QuerySet[Organization]:
    waiting = inbox_of(request.user).order_by()
    return Organization.objects.filter(pk__in=waiting.values("organization"))


class TypeChoiceField(django_filters.fields.ModelChoiceField):
    """The types of pages by the names that people know."""

    def label_from_instance(self, obj: ContentType) -> str:
        model: Any = obj.model_class()
        return str(capfirst(model._meta.verbose_name)) if model else str(obj)


class TypeFilter(django_filters.ModelChoiceFilter):
    field_class = TypeChoiceField


def _types(request: HttpRequest) -> QuerySet[ContentType]:
    waiting = inbox_of(request.user).order_by()
    return ContentType.objects.filter(pk__in=waiting.values("page__content_type"))


# Nothing in particular is looked for.
ANY = gettext_lazy("(any)")


class InboxFilterSet(django_filters.FilterSet):
    """What a person looks for among what waits for them; other people's texts are no choices."""

    q = django_filters.CharFilter(
        label=gettext_lazy("Title"), field_name="page__draft_title", lookup_expr="icontains"
    )
    type = TypeFilter(
        empty_label=ANY,
        label=gettext_lazy("Type"),
        field_name="page__content_type",
        queryset=_types,
    )
    author = django_filters.ModelChoiceFilter(
        empty_label=ANY,
        label=gettext_lazy("Submitted by"),
        field_name="task_state__workflow_state__requested_by",
        queryset=_people,
    )
    organization = django_filters.ModelChoiceFilter(
        empty_label=ANY, label=gettext_lazy("Organization"), queryset=_organizations
    )
    held = django_filters.ChoiceFilter(
        empty_label=ANY,
        label=gettext_lazy("Claimed by"),
        choices=[("me", gettext_lazy("me")), ("nobody", gettext_lazy("nobody"))],
        method="filter_held",
    )
    due = django_filters.ChoiceFilter(
        empty_label=ANY,
        label=gettext_lazy("Due"),
        choices=[("overdue", gettext_lazy("overdue"))],
        method="filter_due",
    )

    class Meta:
        model = TaskHandling
        fields: list[str] = []

    def filter_held(self, found: Any, name: str, value: str) -> Any:
        return found.filter(claimed_by=self.request.user if value == "me" else None)

    def filter_due(self, found: Any, name: str, value: str) -> Any:
        return found.filter(due_on__lt=timezone.localdate())


SORTS: dict[str, tuple[Any, str]] = {
    "title": (gettext_lazy("Title"), "page__draft_title"),
    "type": (gettext_lazy("Type"), "page__content_type__model"),
    "author": (gettext_lazy("Submitted by"), "task_state__workflow_state__requested_by__last_name"),
    "organization": (gettext_lazy("Organization"), "organization__name_fr"),
    "submitted": (gettext_lazy("Waits since"), "task_state__started_at"),
    "due": (gettext_lazy("Due"), "due_on"),
    "priority": (gettext_lazy("Priority"), "priority"),
    "claimed": (gettext_lazy("Claimed by"), "claimed_by__last_name"),
}


@dataclass(frozen=True)
class Heading:
    """A column: its label, where a click on it leads, and how it is sorted now."""

    label: Any
    url: str
    sorted: str


def _headings(request: HttpRequest, sort: str) -> list[Heading]:
    kept = {key: value for key, value in request.GET.items() if key not in {"sort", "p"}}
    found = []
    for name, (label, _field) in SORTS.items():
        wanted = f"-{name}" if sort == name else name
        now = {name: "ascending", f"-{name}": "descending"}.get(sort, "")
        found.append(Heading(label, f"?{urlencode({**kept, 'sort': wanted})}", now))
    return found


def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the person; several of them are claimed or decided on at once."""
    if not decides(request.user):
        raise Http404
    if request.method == "POST":
        _carry_out(request)
        return redirect(request.get_full_path())
    filters = InboxFilterSet(request.GET, inbox_of(request.user), request=request)
    sort = request.GET.get("sort", "")
    found = filters.qs
    if sort.removeprefix("-") in SORTS:
        field = SORTS[sort.removeprefix("-")][1]
        found = found.order_by(f"-{field}" if sort.startswith("-") else field, "pk")
    paginator = Paginator(found, PER_PAGE)
    page = paginator.get_page(request.GET.get("p"))
    return render(
        request,
        "organizations/admin/inbox.html",
        {
            "tasks": page,
            "items": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "filters": filters.form,
            "is_filtered": any(request.GET.get(name) for name in filters.form.fields),
            "headings": _headings(request, sort),
            "sort": sort,
        },
    )


# Several at once


def _decide(favourable: bool) -> Callable[[TaskHandling, User, int | None, str], None]:
    """Approve or recommend, send back or advise: what the step of each text has."""

    def carry_out(handling: TaskHandling, user: User, revision: int | None, comment: str) -> None:
        state = handling.task_state
        task: Any = state.task.specific
        advises = task.kind == StepKind.INTERNAL_REVIEW
        name = ("recommend", "advise") if advises else ("approve", "reject")
        task.on_action(
            state, user, name[0 if favourable else 1], revision=revision, comment=comment
        )

    return carry_out


ACTIONS: dict[str, Callable[[TaskHandling, User, int | None, str], None]] = {
    "claim": lambda handling, user, *_: claim(handling.task_state, user=user),
    "release": lambda handling, user, *_: release(handling.task_state, user=user),
    "approve": _decide(True),
    "reject": _decide(False),
    "high": lambda handling, user, *_: set_priority(
        handling.task_state, user=user, priority=Priority.HIGH
    ),
    "normal": lambda handling, user, *_: set_priority(
        handling.task_state, user=user, priority=Priority.NORMAL
    ),
}


def _carry_out(request: HttpRequest) -> None:
    """Do one thing to each chosen text; what is refused keeps nothing of the others back."""
    user = signed_in(request)
    action = ACTIONS.get(request.POST.get("action", ""))
    chosen = _numbers(request.POST.getlist("task"))
    if action is None or not chosen:
        messages.warning(request, _("Nothing was done: choose texts, then what to do with them."))
        return
    done, comment = 0, request.POST.get("comment", "")
    handlings = TaskHandling.objects.filter(task_state__in=chosen).select_related(
        "task_state__task", "page"
    )
    for handling in handlings:
        task: Any = handling.task_state.task.specific
        if not task.is_for(handling.page, user):
            continue  # it does not exist for them
        revision = next(iter(_numbers([request.POST.get(f"revision_{handling.pk}", "")])), None)
        try:
            with transaction.atomic():
                action(handling, user, revision, comment)
        except (DecisionRefused, ValidationError) as refusal:
            reason = " ".join(getattr(refusal, "messages", [str(refusal)]))
            messages.error(
                request,
                _("“%(title)s”: %(reason)s")
                % {"title": handling.page.get_admin_display_title(), "reason": reason},
            )
        else:
            done += 1
    if done:
        messages.success(
            request, ngettext("Done for %(n)d text.", "Done for %(n)d texts.", done) % {"n": done}
        )


def _numbers(texts: Iterable[str]) -> list[int]:
    return [number for each in texts if (number := number_in(each)) is not None]


# The menu


class InboxMenuItem(MenuItem):
    """“To decide”, with how many texts are free for the person."""

    def is_shown(self, request: HttpRequest) -> bool:
        return decides(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        count = free_for(request.user).order_by().count()
        if count:
            component.label = _("To decide (%(n)d)") % {"n": count}
        return component
