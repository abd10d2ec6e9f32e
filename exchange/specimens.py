"""Samples of what lets readers take knowledge along, for the style guide."""

import uuid
from collections.abc import Iterator
from types import SimpleNamespace

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.style_guide import Specimen
from practices.models import PracticeSheetPage
from search.params import SearchParams


def specimens() -> Iterator[Specimen]:
    """The tools of a page and those of a search."""
    page = PracticeSheetPage(pk=0, title=_("Practice sheet"), persistent_id=uuid.UUID(int=0))
    yield Specimen(_("Tools of a page"), "components/page_tools.html", {"page": page})
    search = SimpleNamespace(params=SearchParams(get_language() or "fr", ()), hits=[page])
    yield Specimen(_("Tools of a search"), "components/search_tools.html", {"view": search})
