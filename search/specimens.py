"""Samples of what the search shows, for the style guide."""

from collections.abc import Iterator

from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.style_guide import Specimen
from search.facets import FacetChoice, FacetGroup
from search.page import Fact, HitRow, PageLink, Pages
from search.params import SearchParams


def specimens() -> Iterator[Specimen]:
    """A result, a facet, and the links to other pages of results."""
    yield Specimen(
        _("Result"),
        "search/components/hit.html",
        {
            "hit": HitRow(
                id=0,
                type="case-study",
                type_label=_("Case study"),
                title=mark_safe("Transposer le <mark>tutorat</mark> d’un cégep à l’université"),
                url="#specimens",
                organization="Université pédagogique du Grand-Méandre",
                summary=mark_safe("Le <mark>tutorat</mark> par les pairs, en chimie."),
                excerpts=[mark_safe("au cégep, le <mark>tutorat</mark> a lieu dans un couloir")],
                facts=[Fact(_("Cost"), "$$"), Fact(_("Evidence"), "4")],
                language="fr",
                language_label="",
                found_in=[_("Title")],
                other_words=[],
            )
        },
        list_tag="ol",
    )
    yield Specimen(
        _("What one can do with results"),
        "components/search_tools.html",
        {"view": {"hits": [1], "params": SearchParams(locale=get_language() or "fr", facets=())}},
    )
    choices = [
        FacetChoice(f"facet-sample-{number}", str(number), label, number, number == 5)
        for number, label in ((14, _("Practice sheets")), (5, _("Lessons learned")))
    ]
    yield Specimen(
        _("Facet"),
        "search/components/facet.html",
        {"facet": FacetGroup("sample", _("Type"), choices[:1], choices[1:])},
    )
    links = [PageLink(number, "#specimens", number == 2) for number in (1, 2, 3)]
    yield Specimen(
        _("Pages of results"),
        "search/components/pages.html",
        {"pages": Pages(links[0], links[2], links)},
    )
