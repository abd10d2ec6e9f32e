"""Samples of how knowledge is shown, for the style guide."""

import datetime
import uuid
from collections.abc import Iterator

from django.utils.translation import gettext as _

from core.style_guide import Specimen
from organizations.models import Organization
from practices.models import CaseStudyPage, KnowledgePage, LessonPage, PracticeSheetPage

TYPES = (PracticeSheetPage, CaseStudyPage, LessonPage)


def _sample(model: type[KnowledgePage]) -> KnowledgePage:
    """A page of this type that no database holds, and that leads nowhere."""
    page = model(
        title="Les trois rendez-vous de la session : écouter, situer, relancer",
        summary="Trois rencontres courtes aident à rester. Qu’en reste-t-il un an après ?",
        organization=Organization(name_fr="Cégep de Val-Lumière"),
        first_published_at=datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC),
    )
    page.__dict__["get_url"] = lambda *args, **options: "#specimens"
    return page


def specimens() -> Iterator[Specimen]:
    """Types, cards, lists and verdicts."""
    pages = [_sample(each) for each in TYPES]
    for page in pages:
        yield Specimen(
            page.type_label,
            "components/badge.html",
            {"type": page.type_slug, "label": page.type_label},
        )
    yield Specimen(
        _("Organization"),
        "components/badge.html",
        {"type": "organization", "label": _("Organization")},
    )
    yield Specimen(
        _("Way into a type"),
        "components/type_card.html",
        {
            "type": "lesson",
            "title": _("Lessons learned"),
            "text": pages[2].summary,
            "overview": None,
        },
        list_tag="ul",
    )
    yield Specimen(
        _("Cards"), "practices/components/page_list.html", {"pages": pages, "with_owner": True}
    )
    yield Specimen(
        _("What one can do with a page"),
        "components/page_tools.html",
        {"page": {"pk": 0, "persistent_id": uuid.UUID(int=0), "title": pages[0].title}},
    )
    yield Specimen(_("What is new"), "practices/components/news.html", {"pages": pages})
    for verdict, label in (
        ("worked", _("It worked")),
        ("partly", _("It partly worked")),
        ("did-not-work", _("It did not work")),
    ):
        yield Specimen(
            _("Verdict"),
            "practices/components/verdict.html",
            {"verdict": verdict, "label": label},
        )
    yield Specimen(
        _("Notice on a page"),
        "practices/components/notice.html",
        {
            "notice": {
                "level": "warning",
                "title": _("To be verified again"),
                "text": _("The day of their review has passed. Do they still hold where you are?"),
            }
        },
    )
