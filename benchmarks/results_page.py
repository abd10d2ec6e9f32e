"""Our results page beside a search page made of Wagtail's own parts."""

from functools import partial

from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client
from wagtail.models import Page

from benchmarks import corpus
from benchmarks.measuring import ROUNDS, Measured, Work, interleaved, median, milliseconds
from benchmarks.table import number as figures
from benchmarks.wagtail_search import searched_by, update_index
from search import service
from search.indexing.rebuild import rebuild

# Words that ever fewer pages have: what Wagtail's page costs grows with the square of their number.
RANKS = (60, 150, 300, 1_200)
# What Wagtail lets count of every page.
FACETS = ("content_type_id", "locale_id", "owner_id", "depth", "live", "locked")
# The search page of Wagtail's project template, and its facets.
TEMPLATE = """
<ul>{% for page in results %}<li><h4>{{ page.title }}</h4>{{ page.search_description }}</li>
{% endfor %}</ul>
{% for facet in facets %}<ul>{% for value, count in facet.items %}<li>{{ value }} ({{ count }})</li>
{% endfor %}</ul>{% endfor %}
"""


def beside_wagtail(quick: bool) -> Measured:
    """The same words over the same pages."""
    number = corpus.pages(1_000 if quick else 8_000)
    service.reset()
    rebuild(service.engine())
    client = Client()
    with searched_by("modelsearch.backends.database"):
        update_index()
        template = Template(TEMPLATE)

        def turns(texts: list[str]) -> tuple[float, float]:
            """The median time of Wagtail's page and of ours."""
            rounds: list[tuple[Work, Work]] = [
                (partial(_wagtail, template, text), partial(_shown, client, text)) for text in texts
            ]
            other, own = interleaved(rounds)
            return median(other), median(own)

        _shown(client, corpus.QUERIES[0])  # Templates are read once.
        other, own = turns(corpus.QUERIES)
        found = [_found(text) for text in corpus.QUERIES]
        lines = [
            f"The results page by how many of {number:,} pages have what is looked for:",
            "",
            "| pages found | Wagtail’s own search page | our results page | times faster |",
            "| --- | --- | --- | --- |",
            _line(f"{min(found):,} to {max(found):,}", other, own),
        ]
        for rank in RANKS:
            text = corpus.Words(0).of_rank(rank)
            lines.append(_line(f"{_found(text):,}", *turns([text] * ROUNDS)))
    return Measured(
        other / own,
        f"{milliseconds(other)} and {milliseconds(own)}",
        f"{number:,} pages, of which the words of each query are in {min(found):,} to"
        f" {max(found):,}",
        table="\n".join(lines),
    )


def _line(found: str, other: float, own: float) -> str:
    return f"| {found} | {milliseconds(other)} | {milliseconds(own)} | {figures(other / own)} |"


def _found(text: str) -> int:
    """How many pages have it, as Wagtail counts."""
    return Page.objects.live().search(text).count()


def _shown(client: Client, text: str) -> None:
    response = client.get("/fr/recherche/", {"q": text})
    assert response.status_code == 200
    assert b"<mark>" in response.content, f"no highlights for “{text}”"


def _wagtail(template: Template, text: str) -> None:
    found = Page.objects.live().search(text)
    results = list(Paginator(found, 10).page(1))
    assert results, text
    facets = [found.facet(name) for name in FACETS]
    template.render(Context({"results": results, "facets": facets}))
