"""Our results page beside a search page made of Wagtail's own parts."""

from collections.abc import Callable

from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import Client
from wagtail.models import Page

from benchmarks import corpus
from benchmarks.measuring import Measured, interleaved, median, milliseconds
from benchmarks.wagtail_search import searched_by, update_index
from search import service
from search.indexing.rebuild import rebuild

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

        def ours(text: str) -> Callable[[], object]:
            return lambda: _shown(client, text)

        def theirs(text: str) -> Callable[[], object]:
            return lambda: _wagtail(template, text)

        ours("élève")()  # Templates are read once.
        own, other = interleaved([(ours(text), theirs(text)) for text in corpus.QUERIES])
    return Measured(
        median(other) / median(own),
        f"{milliseconds(median(other))} and {milliseconds(median(own))}",
        f"{number:,} pages",
    )


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
