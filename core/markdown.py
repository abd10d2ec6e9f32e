"""Text from outside (Markdown, HTML) to the rich text that editors can go on editing."""

import re
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

import nh3
from markdown_it import MarkdownIt

# Tags of other origins, and what the editor knows them as. Page titles own h1 and h2.
_RENAMED = {
    "h1": "h3",
    "h2": "h3",
    "h5": "h4",
    "h6": "h4",
    "strong": "b",
    "em": "i",
    "dt": "p",
    "dd": "p",
    "pre": "p",
    "blockquote": "p",
    "div": "p",
    "tr": "p",
}
_BLOCKS = {"p", "h3", "h4"}
_LISTS = {"ol", "ul"}
_INLINE = {"a", "b", "i", "sup", "sub"}
_KEPT = {*_BLOCKS, *_LISTS, *_INLINE, "li", "br", "td", "th", *_RENAMED}
_NO_SPACE_AFTER = (" ", "<p>", "<h3>", "<h4>", "<li>", "l>", "</li>", "<br/>")
_SPACES = re.compile(r"\s+")
_SCHEMES = {"http", "https", "mailto", "tel"}
# In a text that somebody typed, most angle brackets are signs: a parser would drop what follows.
_SIGN = re.compile(r"<(?!/?[a-zA-Z][^<>]*>|!--|!doctype)", re.IGNORECASE)
_FENCE = re.compile(r"[ ]{0,3}(```|~~~)")

# What is nested deeper than `maxNesting` would be lost without a word.
_markdown = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable("table")


def markdown_to_rich_text(text: str, *, base_url: str = "") -> str:
    """The rich text of a Markdown text; headings become h3 and h4, tables one line a row.

    Relative links are completed with `base_url`, or lose their address where there is none.
    """
    return html_to_rich_text(_markdown.render(text), base_url=base_url)


def html_to_rich_text(html: str, *, base_url: str = "") -> str:
    """The rich text of an HTML text: only what the editor can hold, only safe links.

    Relative links are completed with `base_url`, or lose their address where there is none.
    """
    cleaned = nh3.clean(
        _SIGN.sub("&lt;", html),
        tags=_KEPT,
        attributes={"a": {"href"}},
        url_schemes=_SCHEMES,
        link_rel=None,
    )
    writer = _RichTextWriter(base_url)
    writer.feed(cleaned)
    writer.close()
    return writer.html()


def sections_of(markdown: str, *, level: int) -> dict[str, str]:
    """The text under each heading of `level`, by heading; what comes before is under "".

    Two sections of one heading are one. A sign `#` in code is no heading.
    """
    sign = "#" * level + " "
    sections: dict[str, list[str]] = {"": []}
    current = sections[""]
    fence = ""
    for line in markdown.splitlines():
        if match := _FENCE.match(line):
            fence = "" if fence == match[1] else fence or match[1]
        if not fence and line.replace("\t", " ").startswith(sign):
            current = sections.setdefault(line[level:].strip().rstrip("#").strip(), [])
            current.append("")
        else:
            current.append(line)
    return {heading: "\n".join(lines).strip() for heading, lines in sections.items()}


class _RichTextWriter(HTMLParser):
    """Writes clean HTML again as a flat series of blocks and lists.

    The editor's model has no paragraph inside a list item, no text outside a block and nothing in
    a list outside of its items, which both Markdown and pasted HTML produce all the time.
    """

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base_url = base_url
        self.out: list[str] = []
        self.lists: list[str] = []
        # For each open list the item that is open: "li", "text" for one that its text began, or "".
        self.items: list[str] = []
        self.block = ""  # the open paragraph or heading; list items do without
        self.inline: list[str] = []
        self.pending_break = False

    def html(self) -> str:
        """What was written, without empty blocks."""
        self._close_block()
        return "".join(self.out)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tag = _RENAMED.get(tag, tag)
        if tag in _LISTS:
            self._close_block()
            self._strip()
            if self.lists:
                self._reopen_item()
            self.lists.append(tag)
            self.items.append("")
            self.out.append(f"<{tag}>")
        elif tag == "li":
            if self.lists:
                self._close_item()
                self._open_item("li")
        elif tag in _BLOCKS:
            self._start_block(tag)
        elif tag == "br":
            if self.block or any(self.items[-1:]):
                self.out.append("<br/>")
        elif tag in {"td", "th"}:
            self._strip()
            if self.block and self.out[-1] != f"<{self.block}>":
                self.out.append(" – ")
        elif tag in _INLINE:
            self._ensure_place()
            attributes = ""
            if tag == "a":
                address = urljoin(self.base_url, dict(attrs).get("href") or "")
                if not address.startswith(tuple(f"{scheme}:" for scheme in sorted(_SCHEMES))):
                    return
                attributes = f' href="{escape(address)}"'
            self.inline.append(tag)
            self.out.append(f"<{tag}{attributes}>")

    def handle_endtag(self, tag: str) -> None:
        tag = _RENAMED.get(tag, tag)
        if tag in _LISTS and self.lists:
            self._close_item()
            self._end(self.lists.pop())
            self.items.pop()
        elif tag == "li":
            self._close_item()
        elif tag in _BLOCKS:
            if self.lists:
                if self.items[-1] == "text":
                    self._close_item()
                self.pending_break = bool(self.items[-1])
            else:
                self._close_block()
        elif tag in self.inline:
            while self.inline:
                closed = self.inline.pop()
                self.out.append(f"</{closed}>")
                if closed == tag:
                    break

    def handle_data(self, data: str) -> None:
        data = _SPACES.sub(" ", data)
        if data == " " and not (self.block or any(self.items[-1:])):
            return
        if data != " ":
            self._ensure_place()
        if self.out and self.out[-1].endswith(_NO_SPACE_AFTER):
            data = data.lstrip()
        if data:
            self.out.append(escape(data, quote=False))

    def _ensure_place(self) -> None:
        """Make sure that what follows stands in a block or in a list item."""
        if self.lists:
            if not self.items[-1]:
                self._open_item("text")
            if self.pending_break:
                self._strip()
                self.out.append("<br/>")
                self.pending_break = False
        elif not self.block:
            self._start_block("p")

    def _start_block(self, tag: str) -> None:
        if self.lists:
            return
        self._close_block()
        self.block = tag
        self.out.append(f"<{tag}>")

    def _open_item(self, kind: str) -> None:
        self.items[-1] = kind
        self.pending_break = False
        self.out.append("<li>")

    def _reopen_item(self) -> None:
        """A list that stands between two items belongs to the first of them."""
        if not self.items[-1]:
            if self.out[-1] == "</li>":
                self.out.pop()
                self.items[-1] = "text"
            else:
                self._open_item("text")

    def _close_item(self) -> None:
        if any(self.items[-1:]):
            self._close_inline()
            self._strip()
            self.items[-1] = ""
            self.pending_break = False
            self._end("li")

    def _end(self, tag: str) -> None:
        """Close what is open, or take it back when nothing stands in it."""
        if self.out[-1] == f"<{tag}>":
            self.out.pop()
        else:
            self.out.append(f"</{tag}>")

    def _close_inline(self) -> None:
        while self.inline:
            self.out.append(f"</{self.inline.pop()}>")

    def _close_block(self) -> None:
        self._close_inline()
        if not self.block:
            return
        self._strip()
        self._end(self.block)
        self.block = ""

    def _strip(self) -> None:
        """Take the blanks and the line breaks off the end of what was written."""
        while self.out and (self.out[-1] == "<br/>" or not self.out[-1].rstrip()):
            self.out.pop()
        if self.out:
            self.out[-1] = self.out[-1].rstrip()
