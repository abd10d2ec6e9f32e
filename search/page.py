"""What the search page shows, worked out, so that its templates only lay it out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from core.dates import date_format
from core.templatetags.typography import typeset
from search import messages
from search.answers import Answer, known_fields
from search.core.query import Sort
from search.core.results import Fragment, Hit
from search.facets import FacetGroup, Option, facet_groups
from search.params import LANGUAGE, SORTS, Range, SearchParams

# The facets that tell a reader most about a result, in the order in which they are shown.
FACTS = ("evidence", "cost", "status", "impact")
SORT_LABELS: Mapping[Sort, Any] = {
    "relevance": gettext_lazy("relevance"),
    "newest": gettext_lazy("newest first"),
    "oldest": gettext_lazy("oldest first"),
    "verified": gettext_lazy("last verified first"),
    "title": gettext_lazy("title"),
}
# How many filters a page without results tries to do without, one search each.
MOST_WAYS_OUT = 6
# How many page links stand on each side of the present one.
REACH = 2


@dataclass(frozen=True)
class Link:
    """Somewhere to go, and how much there is."""

    label: str
    url: str
    count: int = 0
    facet_label: str = ""


@dataclass(frozen=True)
class PageLink:
    """A page number, or a gap between two of them."""

    number: int
    url: str = ""
    is_current: bool = False
    is_gap: bool = False


@dataclass(frozen=True)
class Pages:
    """The links to the other pages of results."""

    previous: PageLink | None
    next: PageLink | None
    window: list[PageLink]

    @property
    def is_needed(self) -> bool:
        """Whether there is more than one page."""
        return len(self.window) > 1


@dataclass(frozen=True)
class Fact:
    """A line such as “Cost: low”."""

    label: str
    value: str


@dataclass(frozen=True)
class HitRow:
    """One result, ready to be laid out: texts are escaped and matching words are marked."""

    id: int
    type: str
    type_label: str
    title: SafeString
    url: str
    organization: str
    summary: SafeString
    excerpts: list[SafeString]
    facts: list[Fact]
    language: str
    language_label: str  # empty where it is the reader's own
    found_in: list[str]
    other_words: list[str]


class SearchPage:
    """All that the search page says about one answer. `path` is its address without a query."""

    def __init__(self, answer: Answer, path: str, problems: Iterable[str] = ()) -> None:
        self.answer = answer
        self.params = answer.params
        self.path = path
        self.problems = list(problems)
        self.text = answer.params.text
        self.is_filtered = not answer.params.is_plain
        self.is_degraded = answer.results.degraded
        self._fields = {field.name: str(field.label) for field in known_fields()}
        self._labels = {facet.name: str(facet.label) for facet in answer.facets}

    @cached_property
    def heading(self) -> str:
        """The exact number of results."""
        return messages.total(self.answer.results.total, self.text)

    @cached_property
    def title(self) -> str:
        """What is looked for, then where: tabs and histories show the start only."""
        words = [_("“%(text)s”") % {"text": self.text}] if self.text else []
        words += [each.label for each in self.active[:3]]
        parts = [", ".join(words)] if words else []
        if self.params.page > 1:
            parts.append(_("page %(n)s") % {"n": self.params.page})
        return capfirst(" – ".join([*parts, _("Search")]))

    @cached_property
    def sought(self) -> str:
        """What is looked for, in words: the text, then every filter."""
        words = [_("“%(text)s”") % {"text": self.text}] if self.text else []
        return ", ".join([*words, *(each.label for each in self.active)]) or _("All the pages")

    @property
    def name(self) -> str:
        """What is looked for, as a name to keep it under: quotation marks stand around names."""
        words = [self.text] if self.text else []
        return ", ".join([*words, *(each.label for each in self.active)]) or _("All the pages")

    @cached_property
    def canonical_path(self) -> str:
        """The one address of this search, without the host."""
        return self._url(self.params)

    @cached_property
    def facets(self) -> list[FacetGroup]:
        """The facets that have something to choose from, in the declared order."""
        return facet_groups(self.answer)

    @cached_property
    def active(self) -> list[Link]:
        """The chosen filters, each with the address of the search without it."""
        links = []
        for facet, values in self.params.chosen.items():
            labels = self.answer.labels.labels(facet, values)
            links += [
                Link(
                    label=labels[value],
                    url=self._url(self.params.without_value(facet, value)),
                    facet_label=self._labels[facet],
                )
                for value in sorted(values)
            ]
        links += [
            Link(
                label=_span(ends),
                url=self._url(self.params.without_range(facet)),
                facet_label=self._labels[facet],
            )
            for facet, ends in self.params.ranges.items()
        ]
        return links

    @cached_property
    def without_filters_url(self) -> str:
        """The same words with no filter."""
        return self._url(self.params.without_filters())

    @cached_property
    def sorts(self) -> list[Option]:
        """The orders to choose from: relevance only where there are words.

        The usual one has an empty value, so that words typed into an unsorted list are answered
        by relevance.
        """
        usual = replace(self.params, sort=None).effective_sort
        return [
            Option(
                value="" if sort == usual else sort,
                label=str(SORT_LABELS[sort]),
                selected=sort == self.params.effective_sort,
            )
            for sort in SORTS
            if self.text or sort != "relevance"
        ]

    @cached_property
    def suggestion(self) -> Link | None:
        """Another spelling of the words, where the engine has a better one."""
        other = self.answer.results.suggestion
        return Link(other, self._url(self.params.with_text(other))) if other else None

    @cached_property
    def first_rank(self) -> int:
        """The rank of the first result of this page among all."""
        return (self.params.page - 1) * self.params.size + 1

    @cached_property
    def hits(self) -> list[HitRow]:
        """The results of this page."""
        return [self._row(hit) for hit in self.answer.results.hits]

    @cached_property
    def pages(self) -> Pages:
        """The first and last pages, and those around the present one."""
        here, last = self.params.page, self.answer.last_page
        near = {1, last, *range(max(1, here - REACH), min(last, here + REACH) + 1)}
        window: list[PageLink] = []
        for number in sorted(near):
            if window and number - window[-1].number > 1:
                window.append(PageLink(number - 1, is_gap=True))
            window.append(self._page(number))
        return Pages(
            previous=self._page(here - 1) if here > 1 else None,
            next=self._page(here + 1) if here < last else None,
            window=window,
        )

    @cached_property
    def other_languages(self) -> list[Link]:
        """What the same search would find in the languages that were not asked for."""
        links = []
        for facet in self.answer.results.facets:
            if facet.name != LANGUAGE:
                continue
            found = [value for value in facet.values if value.count and not value.selected]
            names = self.answer.labels.labels(LANGUAGE, [value.value for value in found])
            for value in found:
                text = ngettext(
                    "%(n)s result in this language: %(language)s",
                    "%(n)s results in this language: %(language)s",
                    value.count,
                )
                params = self.params.with_selection(LANGUAGE, [value.value])
                words = {"n": _number(value.count), "language": names[value.value]}
                links.append(Link(text % words, self._url(params), value.count))
        return links

    @cached_property
    def ways_out(self) -> list[Link]:
        """For a search that finds nothing: what dropping one of its conditions would find."""
        tries: list[tuple[str, SearchParams]] = []
        if self.text and self.active:
            tries.append((_("“%(text)s”") % {"text": self.text}, self.params.with_text("")))
        condition = _("%(facet)s: %(value)s")
        for facet, values in self.params.chosen.items():
            labels = self.answer.labels.labels(facet, values)
            tries += [
                (
                    condition % {"facet": self._labels[facet], "value": labels[v]},
                    self.params.without_value(facet, v),
                )
                for v in sorted(values)
            ]
        tries += [
            (
                condition % {"facet": self._labels[facet], "value": _span(ends)},
                self.params.without_range(facet),
            )
            for facet, ends in self.params.ranges.items()
        ]
        found = self._ways(tries[:MOST_WAYS_OUT])
        if not found and self.text and len(self.active) > 1:
            # No single condition is in the way: the words alone.
            found = self._ways([(_("any filter"), self.params.without_filters())])
        return found

    def _ways(self, tries: Sequence[tuple[str, SearchParams]]) -> list[Link]:
        links = []
        for label, params in tries:
            if count := self.answer.count(params):
                text = ngettext(
                    "Without %(condition)s: %(n)s result",
                    "Without %(condition)s: %(n)s results",
                    count,
                )
                words = {"condition": label, "n": _number(count)}
                links.append(Link(text % words, self._url(params), count))
        return links

    @cached_property
    def browse(self) -> list[Link]:
        """The broadest themes, for those who do not know where to start."""
        if "theme" not in self.params.facets:
            return []
        themes = [each for each in self.answer.values_in_use("theme") if "/" not in each.value]
        labels = self.answer.labels.labels("theme", [each.value for each in themes])
        start = self.params.without_filters().with_text("")
        return [
            Link(
                labels[each.value],
                self._url(start.with_selection("theme", [each.value])),
                each.count,
            )
            for each in themes
        ]

    def _url(self, params: SearchParams) -> str:
        return params.url(self.path)

    def _page(self, number: int) -> PageLink:
        url = self._url(self.params.with_page(number))
        return PageLink(number, url, is_current=number == self.params.page)

    def _row(self, hit: Hit) -> HitRow:
        stored = hit.stored
        language = stored["language"]
        labels = self.answer.labels
        elsewhere = labels.labels(LANGUAGE, [language])[language]
        return HitRow(
            id=stored["id"],
            type=stored["type"],
            type_label=labels.labels("type", [stored["type"]])[stored["type"]],
            title=marked(stored["title"], hit.highlights.get("title", ())),
            url=stored["url"],
            organization=stored["organization"]["name"],
            summary=marked(stored["summary"], hit.highlights.get("summary", ())),
            excerpts=_excerpts(hit),
            facts=self._facts(stored),
            language=language,
            language_label="" if language == self.params.locale else elsewhere,
            found_in=self._found_in(hit),
            other_words=list(dict.fromkeys(word for each in hit.matches for word in each.others)),
        )

    def _found_in(self, hit: Hit) -> list[str]:
        """Where the words are, in words; what the result does not show is quoted."""
        places = []
        for match in hit.matches:
            if not (label := self._fields.get(match.field)):
                continue
            if match.field not in hit.highlights:
                words = [*match.words, *match.others]
                quoted = ", ".join(_("“%(text)s”") % {"text": word} for word in words)
                label = _("%(place)s (%(words)s)") % {"place": label, "words": quoted}
            places.append(label)
        return places

    def _facts(self, stored: Mapping[str, Any]) -> list[Fact]:
        facts = []
        for facet in FACTS:
            if facet in self._labels and (value := stored.get("facts", {}).get(facet)):
                label = self.answer.labels.labels(facet, [value])[value]
                facts.append(Fact(self._labels[facet], label))
        if published := parse_datetime(stored.get("published_at") or ""):
            facts.append(Fact(pgettext("a date", "Published"), _day(published)))
        return facts


def marked(text: str, fragments: Iterable[Fragment]) -> SafeString:
    """`text`, escaped, with the words that match between <mark> and </mark>."""
    spans: list[tuple[int, int]] = []
    for fragment in fragments:
        start = text.find(fragment.text)
        if start >= 0:
            spans += [(start + first, start + end) for first, end in fragment.spans]
    text = typeset(text)  # as long as before
    pieces: list[str] = []
    done = 0
    for first, end in sorted(spans):
        if first >= done and end > first:
            pieces += [escape(text[done:first]), "<mark>", escape(text[first:end]), "</mark>"]
            done = end
    pieces.append(escape(text[done:]))
    return SafeString("".join(pieces))


def _excerpts(hit: Hit) -> list[SafeString]:
    """The best passage of the body of the text, where the title and the summary do not show it."""
    for name, fragments in hit.highlights.items():
        if name not in {"title", "summary"} and fragments:
            return [marked(fragments[0].text, fragments[:1])]
    return []


def _span(ends: Range) -> str:
    """“2015 – 2020”, or the end of it that is given."""
    if ends.last is None:
        return _("from %(first)s on") % {"first": ends.first}
    if ends.first is None:
        return _("until %(last)s") % {"last": ends.last}
    return str(ends.first) if ends.first == ends.last else f"{ends.first} – {ends.last}"


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)
