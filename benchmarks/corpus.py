"""Made-up content, the same in every run: documents for an engine, pages for the database.

Words come as in a language, a few very often and most of them rarely; the first ones are of the
field, so that a query can be typed.
"""

import itertools
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.utils.text import slugify
from taggit.models import Tag
from wagtail.models import Locale

from exchange.importing.bulk import NewPage, create_pages, leave_relations_in_memory
from organizations.models import Organization, OrganizationPage
from organizations.services import create_organization
from practices.models import KnowledgePage, KnowledgePageTag, LessonPage, PracticeSheetPage
from search import registry, service
from search.audience import PUBLIC
from search.core.documents import Document, Write
from search.core.engine import SearchEngine
from search.labels import LabelBook
from search.models import OutboxEntry
from taxonomy.models import Term
from taxonomy.services import sync_terms

Value = TypeVar("Value")

OWNER = "banc-d-essai"
BATCH = 500
TAGS = [f"mot-{number}" for number in range(200)]
FIELD = [
    "évaluation", "rétroaction", "élève", "enseignante", "accompagnement", "numérique",
    "formation", "pratique", "stage", "tutorat", "réussite", "persévérance", "inclusion",
    "portfolio", "collaboration", "mentorat", "transition", "lecture", "mathématiques", "atelier",
    "observation", "compétence", "ressource", "autonomie", "motivation", "engagement",
    "littératie", "intégration", "consultation", "planification",
]  # fmt: skip
# What benchmarks look for: words that a fifth to two thirds of all texts hold.
QUERIES = ["rétroaction élève", "tutorat", "évaluation numérique", "stage réussite", "portfolio"]
VOCABULARY = 20_000


class Words:
    """Texts from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        syllables = ["ba", "cré", "di", "fon", "gra", "leu", "mi", "nou", "pa", "ri", "sé", "tion"]
        made = itertools.product(syllables, repeat=4)
        step = len(syllables) ** 4 // VOCABULARY
        self._words = [*FIELD, *("".join(each) for each in itertools.islice(made, 0, None, step))]
        weights = (1 / (rank + 10) for rank in range(len(self._words)))
        self._weights = list(itertools.accumulate(weights))

    def text(self, words: int) -> str:
        """So many words."""
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=words))

    def of_rank(self, rank: int) -> str:
        """The word that so many others come before: the higher, the rarer."""
        return self._words[rank]

    def some(self, values: Sequence[Value], most: int = 1) -> list[Value]:
        """At least one and at most `most` of `values`."""
        number = min(len(values), self._random.randint(1, most))
        return self._random.sample(values, number)


def owner() -> Organization:
    """The organization that everything made up belongs to."""
    found = Organization.objects.filter(slug=OWNER).first()
    return found or create_organization(slug=OWNER, name_fr="Banc d’essai", name_en="Test bench")


def documents(number: int, *, body: int = 120, seed: int = 1) -> Iterator[Document]:
    """Documents in French with a value or more for each facet; `body` words, 0 for short ones."""
    sync_terms()
    organization = owner()
    book = LabelBook(registry.schema().facets, "fr")
    values = {
        facet.name: sorted(book.entries(facet.name) or ()) for facet in registry.schema().facets
    }
    values["year"] = [str(year) for year in range(2005, 2027)]
    values["tag"] = TAGS
    words = Words(seed)
    several = {"theme": 3, "tag": 3, "audience": 2, "competency": 2, "setting": 2}
    for count in range(number):
        facets = {
            name: tuple(words.some(known, several.get(name, 1))) for name, known in values.items()
        }
        facets |= {"language": ("fr",), "organization": (organization.slug,)}
        title = words.text(5).capitalize()
        summary = words.text(20) if body else ""
        yield Document(
            key=f"page:{10_000_000 + count}",
            locale="fr",
            audience=PUBLIC,
            texts={
                "title": title,
                "summary": summary,
                "keywords": " ".join(facets["tag"]) if body else "",
                "body": words.text(body) if body else "",
            },
            facets=facets,
            sort={"title": title.lower(), "published": 1_600_000_000 + count, "verified": 0},
            stored={
                "id": 10_000_000 + count,
                "type": facets["type"][0],
                "title": title,
                "url": f"/fr/page-{count}/",
                "language": "fr",
                "organization": {"slug": organization.slug, "name": organization.name_fr},
                "summary": summary,
                "published_at": "2025-03-04T10:00:00-05:00",
                "facts": {name: facets[name][0] for name in ("evidence", "cost") if name in facets},
            },
        )


def fill(engine: SearchEngine, found: Iterator[Document]) -> int:
    """Write documents, which can be found at once; how many."""
    written = 0
    while batch := list(itertools.islice(found, 2_000)):
        writes = [Write(document.key, 1, document) for document in batch]
        refused = [outcome for outcome in engine.write(writes) if outcome.error]
        assert not refused, refused[0]
        written += len(batch)
    engine.refresh()
    return written


@contextmanager
def searching_in(folder: Path) -> Iterator[SearchEngine]:
    """The site searches an embedded index of its own in `folder`."""
    before = settings.SEARCH_URL, settings.SEARCH_DATA_DIR
    service.reset()
    settings.SEARCH_URL, settings.SEARCH_DATA_DIR = "embedded://", folder
    try:
        yield service.engine()
    finally:
        service.reset()
        settings.SEARCH_URL, settings.SEARCH_DATA_DIR = before


def pages(number: int) -> int:
    """Make published pages until there are `number` made-up ones; how many pages there are."""
    sync_terms()
    parent = OrganizationPage.objects.get(organization=owner(), locale__language_code="fr")
    locale = Locale.objects.get(language_code="fr")
    there = KnowledgePage.objects.child_of(parent).count()
    words = Words(there + 2)
    terms = {
        name: list(Term.objects.filter(vocabulary__slug=name).order_by("pk"))
        for name in ("theme", "setting", "audience", "education_level")
    }
    Tag.objects.bulk_create(
        (Tag(name=name, slug=slugify(name)) for name in TAGS), ignore_conflicts=True
    )
    tags = list(Tag.objects.filter(slug__in=TAGS).order_by("pk"))
    parent.refresh_from_db()
    for start in range(there, number, BATCH):
        kind = (PracticeSheetPage, LessonPage)[start // BATCH % 2]
        batch = []
        for count in range(start, min(start + BATCH, number)):
            page = kind(live=True, locale=locale, title=words.text(5).capitalize())
            leave_relations_in_memory(page)
            page._cached_parent_obj = parent
            page.slug = f"page-{count}"
            page.summary = words.text(20)
            for name in (
                ("problem", "why_it_works") if kind is PracticeSheetPage else ("happened", "lesson")
            ):
                setattr(page, name, f"<p>{words.text(60)}</p>")
            page.themes = words.some(terms["theme"], 3)
            page.settings = words.some(terms["setting"], 2)
            page.audiences = words.some(terms["audience"], 2)
            page.education_levels = words.some(terms["education_level"], 1)
            page.tagged_items.set([KnowledgePageTag(tag=tag) for tag in words.some(tags, 3)])
            batch.append(NewPage(page, parent))
        create_pages(batch, publish=True)
    # What they are indexed by is up to each benchmark.
    OutboxEntry.objects.all().delete()
    return KnowledgePage.objects.live().count()
