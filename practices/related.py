"""The pages that are most like a page, for one reader, and what they have in common."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from practices.models import KnowledgePage
from practices.search import fixed_entries
from practices.selectors import Viewer
from search import service
from search.audience import audience_of
from taxonomy.models import Term, text_in

MOST = 4
# How much less alike than the most alike a page may be: the name of an organization in common says
# little.
WEAKEST = 0.25


@dataclass(frozen=True)
class Related:
    """A page that is like another one, and why."""

    title: str
    url: str
    type: str
    type_label: str
    reason: str


def related_pages(
    page: KnowledgePage, viewer: Viewer, *, themes: Sequence[Term], but: Collection[int]
) -> list[Related]:
    """Up to four pages like `page`, which has these `themes`, the most alike first.

    Those with the primary keys `but` are left out: the page names them already. One query, beside
    the question to the search; nothing while the search cannot answer.
    """
    language = page.locale.language_code
    hits = service.similar(
        f"page:{page.pk}",
        locale=language,
        audience=audience_of(viewer),
        size=MOST + len(but),
    )
    if not hits:
        return []
    weakest = hits[0].score * WEAKEST
    hits = [hit for hit in hits if hit.stored["id"] not in but and hit.score >= weakest][:MOST]
    filed: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = KnowledgePage.themes.through.objects.filter(
        knowledgepage_id__in=[hit.stored["id"] for hit in hits]
    ).order_by("term__order", "term__path")
    for page_id, path, french, english in rows.values_list(
        "knowledgepage_id", "term__path", "term__label_fr", "term__label_en"
    ):
        filed[page_id].append((path, text_in(language, french, english)))
    own = {theme.path for theme in themes}
    types = fixed_entries(frozenset({"type"}), language)["type"]
    return [
        Related(
            title=hit.stored["title"],
            url=hit.stored["url"],
            type=hit.stored["type"],
            type_label=types[hit.stored["type"]],
            reason=_reason(
                own,
                filed[hit.stored["id"]],
                hit.stored["organization"]["slug"] == page.organization.slug,
            ),
        )
        for hit in hits
    ]


def _reason(own: set[str], filed: Sequence[tuple[str, str]], is_of_same_organization: bool) -> str:
    """The strongest thing in common, given the paths of the themes of both pages."""
    for path, label in filed:
        if path in own:
            return _("Same theme: %(theme)s") % {"theme": label}
    branches = {_branch(path) for path in own}
    for path, label in filed:
        if _branch(path) in branches:
            return _("A neighbouring theme: %(theme)s") % {"theme": label}
    if is_of_same_organization:
        return _("Same organization, and close in its words")
    return _("Close in its words")


def _branch(path: str) -> str:
    return path.partition("/")[0]
