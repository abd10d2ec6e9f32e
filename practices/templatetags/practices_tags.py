"""Knowledge on other pages: what is new, how much there is, what an organization shares."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q
from django.template import Context
from django.utils.translation import get_language

from organizations.models import Organization, SharingLevel
from practices.life_cycle import EXEMPLARY_EVIDENCE
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage
from practices.selectors import Glance, at_a_glance, readable, uses_elsewhere
from search.page import Link
from search.templatetags.search_tags import Overview, counts_of

register = template.Library()

TYPES = (PracticeSheetPage, CaseStudyPage, LessonPage)
# How many pages of each kind the home page names among those that need somebody.
PER_NEED = 3
# How many pages an organization's page shows of each type before it leads to the search.
PER_TYPE = 6


def _readable_here(context: Context) -> Any:
    """The pages in use that the reader may see, in the language they read."""
    request = context.get("request")
    viewer = getattr(request, "user", AnonymousUser())
    pages = KnowledgePage.objects.current().filter(locale__language_code=get_language() or "fr")
    return readable(pages, viewer)


def _written_by(context: Context, organization: Organization) -> Any:
    """What the search finds under `organization`: its pages, and those that it wrote with others.

    Save that a lesson told in another's place names nobody but its publisher.
    """
    links = KnowledgePage.co_organizations.through.objects.filter(organization=organization)
    unnamed = LessonPage.objects.filter(anonymous_by_proxy=True)
    together = Q(pk__in=links.values("knowledgepage_id")) & ~Q(pk__in=unnamed.values("pk"))
    return _readable_here(context).filter(Q(organization=organization) | together)


def _newest(pages: Any) -> Any:
    return pages.select_related("locale", "organization").order_by("-first_published_at", "-pk")


@register.simple_tag(takes_context=True)
def knowledge_at_a_glance(context: Context, count: int = 5) -> Glance:
    """The `count` newest pages, and those that need somebody, in the language of the reader."""
    viewer = getattr(context.get("request"), "user", AnonymousUser())
    return at_a_glance(viewer, get_language() or "fr", news=count, needs=PER_NEED)


@register.simple_tag
def well_proven(overview: Overview | None) -> Link | None:
    """How many sheets rest on solid evidence, as a search; nothing while it cannot answer."""
    if overview is None:
        return None
    counts = counts_of(overview, "evidence")
    levels = [level for level in counts if level >= EXEMPLARY_EVIDENCE]
    url = overview.answer.params.with_selection("evidence", levels).url(overview.path)
    return Link("", url, sum(counts[level] for level in levels))


@register.inclusion_tag("practices/components/organization_numbers.html", takes_context=True)
def organization_numbers(context: Context, organization: Organization) -> dict[str, Any]:
    """How much `organization` wrote that the reader may read, by type and by who else may.

    `of_others` of these pages are published by an organization that it wrote them with.
    """
    rows = list(
        _written_by(context, organization)
        .order_by()
        .values_list("content_type__model", "sharing_level")
        .annotate(
            n=Count("pk", distinct=True),
            others=Count("pk", distinct=True, filter=~Q(organization=organization)),
        )
    )
    found = {(model, level): number for model, level, number, _others in rows}
    levels = [each for each in SharingLevel if any(level == each for _model, level in found)]
    types = []
    for model in TYPES:
        numbers = [found.get((model._meta.model_name, level), 0) for level in levels]
        if any(numbers):
            types.append(
                {
                    "type": model.type_slug,
                    "label": model._meta.verbose_name_plural,
                    "numbers": numbers,
                    "total": sum(numbers),
                }
            )
    return {
        "types": types,
        "levels": levels,
        "organization": organization,
        "of_others": sum(others for *_row, others in rows),
    }


@register.inclusion_tag("practices/components/applied_elsewhere.html", takes_context=True)
def applied_elsewhere(context: Context, organization: Organization) -> dict[str, Any]:
    """The newest cases of other organizations that applied a practice of `organization`."""
    request = context.get("request")
    viewer = getattr(request, "user", AnonymousUser())
    uses = uses_elsewhere(organization, viewer, get_language() or "fr")
    return {"uses": uses[:PER_TYPE], "request": request}


@register.inclusion_tag("practices/components/organization_knowledge.html", takes_context=True)
def organization_knowledge(context: Context, organization: Organization) -> dict[str, Any]:
    """The newest pages of each type that `organization` shares with the reader."""
    own = _newest(_written_by(context, organization))
    groups = []
    for model in TYPES:
        of_type = own.filter(content_type__model=model._meta.model_name)
        pages = list(of_type[: PER_TYPE + 1])
        if pages:
            groups.append(
                {
                    "type": model.type_slug,
                    "label": model._meta.verbose_name_plural,
                    "pages": pages[:PER_TYPE],
                    "has_more": len(pages) > PER_TYPE,
                }
            )
    return {"groups": groups, "organization": organization, "request": context.get("request")}
