"""What changed between two published texts of a page, in the words and the order of its readers.

Only what readers see is compared: no comment, no account, no setting of the admin.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.compare import diff_text
from wagtail.fields import StreamField

from core.text import paragraphs
from practices import selectors
from practices.completeness import label_of
from practices.facts import EXCERPTS, facts_of
from practices.models import KnowledgePage
from practices.reading import SECTIONS, people
from practices.texts import PRACTICE_ROWS, Text

# Facts that belong to the page and not to one of its texts, or whose whole text is compared.
_TOLD_OTHERWISE = {
    *("status", "published", "changed", "last_verified_on", "review_by"),
    *("contact", *EXCERPTS),
}


@dataclass(frozen=True)
class Change:
    """A part of the page that says something else: its name, and pieces of its text in order.

    Each piece is (“equal”, “addition” or “deletion”, text).
    """

    label: str
    pieces: Sequence[tuple[str, str]]
    # A whole part that was not there before, or that is there no more.
    is_new: bool
    is_gone: bool


def changes(before: Text, after: Text, neighbours: Sequence[KnowledgePage]) -> list[Change]:
    """What `after` says differently from `before`.

    Of the practices that they name, those among `neighbours`, which the reader may see.
    """
    said = dict(_parts(before, neighbours))
    found = []
    for label, text in _parts(after, neighbours):
        former = said.pop(label, "")
        if former != text:
            pieces = diff_text(former, text).changes
            found.append(Change(label, pieces, is_new=not former, is_gone=not text))
    return found


def _parts(text: Text, neighbours: Sequence[KnowledgePage]) -> Iterator[tuple[str, str]]:
    """Every part of a text with its label, as lines of plain text."""
    page, terms = text.page, text.terms
    yield _("Title"), page.title
    yield label_of(page, "summary"), page.summary
    for name, _template in SECTIONS[type(page)]:
        yield label_of(page, name), "\n".join(_lines(page, name))
    if relation := PRACTICE_ROWS.get(type(page)):
        mentions = selectors.practices_among(neighbours, text.rows, page)
        yield label_of(page, relation), "\n".join(_mention(each) for each in mentions)
    yield label_of(page, "themes"), ", ".join(term.label for term in terms.of("themes"))
    for name, fact in facts_of(page, terms):
        if name not in _TOLD_OTHERWISE:
            yield fact.label, fact.text
    yield _("Tags"), ", ".join(tag.name for tag in text.tags)
    if page.names_people:
        credits = people(text.contributions)
        yield _("People"), "\n".join(f"{each.name} ({', '.join(each.roles)})" for each in credits)
        yield _("Contact"), " ".join(filter(None, [page.contact_name, page.contact_email]))
    yield _("Licence"), str(page.get_licence_display())


def _mention(mention: selectors.Mention) -> str:
    said = [mention.page.title, mention.verdict_label, mention.changes]
    return " – ".join(filter(None, said))


def _lines(page: KnowledgePage, name: str) -> list[str]:
    value = getattr(page, name)
    if isinstance(page._meta.get_field(name), StreamField):
        return [line for block in value for line in _lines_of_block(block.value)]
    if hasattr(value, "all"):
        return [f"{each.name} – {each.role}" if each.role else each.name for each in value.all()]
    return paragraphs(value)


def _lines_of_block(value: Any) -> list[str]:
    """The texts of a block in their order, whatever its shape."""
    if isinstance(value, str):
        return [value] if value else []
    if hasattr(value, "source"):
        return paragraphs(value.source)
    parts = value.values() if hasattr(value, "values") else value
    return [line for part in parts if part for line in _lines_of_block(part)]
