"""What every format says of a page, read from the database for one reader.

Whatever led to a page (a search, a link, a selection that somebody shared), the database is asked
again whether this reader may see it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.blocks import ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import expand_db_html

from core.text import printable
from practices import selectors
from practices.citation import Reference, reference_of
from practices.completeness import is_filled, label_of
from practices.facts import Fact, facts_of
from practices.listing import MODELS
from practices.models import KnowledgePage
from practices.reading import SECTIONS
from practices.selectors import Viewer
from practices.texts import Text, published_texts

# Stands between two texts, in none of which it can be.
_BETWEEN = "\x1e"
_PAGE_LINK = re.compile(r'<a\b[^>]*\blinktype="page"[^>]*>')
_ID = re.compile(r'\bid="(\d+)"')


@dataclass(frozen=True)
class Section:
    """A titled part of a page, as HTML with full addresses."""

    field: str
    title: str
    html: str


@dataclass(frozen=True)
class Record:
    """A page as the formats write it: labels in the reader's language, texts in the page's own.

    What can be cited of it is in `reference`, as on the page itself.
    """

    text: Text
    reference: Reference
    url: str
    sections: Sequence[Section]

    @property
    def page(self) -> KnowledgePage:
        """The page, with its fields."""
        return self.text.page

    @property
    def title(self) -> str:
        """Its title."""
        return printable(self.page.title)

    @property
    def summary(self) -> str:
        """Its summary."""
        return printable(self.page.summary)

    @property
    def people(self) -> list[str]:
        """The names of those who are credited, whatever for."""
        return list(dict.fromkeys(each.name for each in self.text.contributions))

    @property
    def keywords(self) -> list[str]:
        """What it is filed under."""
        return list(dict.fromkeys([*self.labels("themes"), *self.tags]))

    @property
    def tags(self) -> list[str]:
        """The names of its tags."""
        return [tag.name for tag in self.text.tags]

    @cached_property
    def facts(self) -> dict[str, Fact]:
        """What its page tells at a glance, by the name of the fact."""
        return dict(facts_of(self.page, self.text.terms))

    def fact(self, name: str) -> str:
        """What one fact says, empty where nothing is known."""
        return self.facts[name].text if name in self.facts else ""

    def labels(self, field: str) -> list[str]:
        """The labels of the terms that are chosen in `field`."""
        return [term.label for term in self.text.terms.of(field)]

    def section(self, field: str) -> str:
        """The HTML of one part, empty where there is none."""
        return next((each.html for each in self.sections if each.field == field), "")


def records(pks: Sequence[int], *, viewer: Viewer, root: str) -> list[Record]:
    """The pages `pks` that are published and that `viewer` may see, in the same order.

    `root` is the address of the site, without a slash at its end. The number of queries does not
    depend on how many pages there are.
    """
    visible = KnowledgePage.objects.filter(pk__in=pks).live().public().visible_to(viewer)
    types = dict(visible.values_list("pk", "content_type__model"))
    found: dict[int, Record] = {}
    for model in MODELS:
        wanted = [pk for pk, name in types.items() if name == model._meta.model_name]
        if wanted:
            made = _records_of(model, wanted, viewer=viewer, root=root)
            found |= {each.page.pk: each for each in made}
    return [found[pk] for pk in pks if pk in found]


def _records_of(
    model: type[KnowledgePage], pks: Sequence[int], *, viewer: Viewer, root: str
) -> Iterator[Record]:
    found = model.objects.filter(pk__in=pks).select_related("organization", "locale", "status")
    pages = list(found)
    texts = published_texts(pages)
    sections = _sections(model, pages, selectors.partners_by_page(pks), viewer=viewer, root=root)
    for page in pages:
        url = page.get_url() or ""
        permalink = root + reverse("permalink", args=[page.persistent_id])
        yield Record(
            text=texts[page.pk],
            reference=reference_of(texts[page.pk], url=permalink),
            url=f"{root}{url}" if url.startswith("/") else url,
            sections=sections[page.pk],
        )


def _sections(
    model: type[KnowledgePage],
    pages: Sequence[KnowledgePage],
    partners: Mapping[int, Sequence[tuple[str, str]]],
    *,
    viewer: Viewer,
    root: str,
) -> dict[int, list[Section]]:
    """The parts of each page in reading order.

    The links of all texts are looked up together: that takes as many queries for one page as for
    a hundred.
    """
    places: list[tuple[int, str]] = []
    texts: list[str] = []
    for page in pages:
        for name, _layout in SECTIONS[model]:
            if html := _html_of(page, name, partners):
                places.append((page.pk, name))
                texts.append(printable(html))
    linked = _with_page_links(_BETWEEN.join(texts), viewer)
    expanded = expand_db_html(linked).replace('href="/', f'href="{root}/')
    labels = {name: label_of(model, name) for name, _layout in SECTIONS[model]}
    found: dict[int, list[Section]] = {page.pk: [] for page in pages}
    for (pk, name), html in zip(places, expanded.split(_BETWEEN), strict=False):
        found[pk].append(Section(name, labels[name], html))
    return found


def _with_page_links(html: str, viewer: Viewer) -> str:
    """`html` with the addresses of the pages that it links to, where `viewer` may know of them.

    Wagtail would look each of them up by itself.
    """
    ids = {int(pk) for link in _PAGE_LINK.findall(html) for pk in _ID.findall(link)}
    if not ids:
        return html
    knowledge = KnowledgePage.objects.all()
    hidden = knowledge.exclude(pk__in=knowledge.visible_to(viewer).values("pk"))
    pages = Page.objects.filter(pk__in=ids).live().public().exclude(pk__in=hidden.values("pk"))
    urls = {str(page.pk): page.get_url() or "" for page in pages.select_related("locale")}

    def link(match: re.Match[str]) -> str:
        url = next((urls.get(pk, "") for pk in _ID.findall(match[0])), "")
        return f'<a href="{escape(url)}">' if url else "<a>"

    return _PAGE_LINK.sub(link, html)


def _html_of(
    page: KnowledgePage, name: str, partners: Mapping[int, Sequence[tuple[str, str]]]
) -> str:
    if name == "partners":
        items = "".join(f"<li>{escape(_partner(*row))}</li>" for row in partners[page.pk])
        return f"<ul>{items}</ul>" if items else ""
    field = page._meta.get_field(name)
    value = getattr(page, name)
    if not is_filled(value):
        return ""
    if isinstance(field, StreamField):
        return _block_html(value.stream_block, value)
    return value if isinstance(field, RichTextField) else _paragraphs(value)


def _partner(name: str, role: str) -> str:
    return _("%(label)s: %(value)s") % {"label": name, "value": role} if role else name


def _block_html(block: Any, value: Any) -> str:
    """What a block holds as plain headings, paragraphs and lists, whatever the block is."""
    if isinstance(block, StreamBlock):
        children = [_block_html(child.block, child.value) for child in value]
        if all(isinstance(child.block, StructBlock) for child in value):
            return "".join(children)
        return "<ul>" + "".join(f"<li>{_unwrapped(child)}</li>" for child in children) + "</ul>"
    if isinstance(block, StructBlock):
        # A title stands first, wherever the form asks for it.
        fields: list[tuple[str, Any]] = list(block.child_blocks.items())
        fields.sort(key=lambda field: field[0] != "title")
        return "".join(_named_html(name, child, value.get(name)) for name, child in fields)
    if isinstance(block, ListBlock):
        items = (_unwrapped(_block_html(block.child_block, item)) for item in value)
        return "<ol>" + "".join(f"<li>{item}</li>" for item in items if item) + "</ol>"
    if isinstance(block, RichTextBlock):
        return value.source if value else ""
    return _paragraphs(str(value or ""))


def _named_html(name: str, block: Any, value: Any) -> str:
    html = _block_html(block, value)
    if not html or html == "<ol></ol>":
        return ""
    if name == "title":
        return f"<h3>{_unwrapped(html)}</h3>"
    label = _("%(label)s: %(value)s") % {"label": escape(str(block.label)), "value": ""}
    inner = _unwrapped(html)
    if inner == html:
        return f"<p><b>{label.strip()}</b></p>{html}"
    return f"<p><b>{label.strip()}</b> {inner}</p>"


def _paragraphs(text: str) -> str:
    lines = (escape(line.strip()) for line in text.splitlines())
    return "".join(f"<p>{line}</p>" for line in lines if line)


def _unwrapped(html: str) -> str:
    """The words of a single paragraph; anything longer as it is."""
    match = re.fullmatch(r"<p[^>]*>((?:(?!</p>).)*)</p>", html.strip(), re.DOTALL)
    return match[1] if match else html
