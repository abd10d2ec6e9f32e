"""HTML and plain text of others, cleaned down to what a page of Passerelle may hold."""

import html
import re

import nh3

# Tags that rich text keeps (see core.blocks.PROSE_FEATURES), after renaming.
ALLOWED_TAGS = {"h3", "h4", "p", "br", "b", "i", "ol", "ul", "li", "a", "sup", "sub"}
_RENAMED = {
    "h1": "h3", "h2": "h3", "h5": "h4", "h6": "h4", "strong": "b", "em": "i",
    "div": "p", "section": "p", "center": "p", "blockquote": "p", "tr": "p", "dt": "p", "dd": "p",
}  # fmt: skip
_RENAME = re.compile(r"<(/?)(" + "|".join(_RENAMED) + r")\b[^>]*>", re.IGNORECASE)
_CELL_END = re.compile(r"</t[dh]>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|h3|h4|ol|ul)\b[^>]*>|\n[ \t]*\n", re.IGNORECASE)
_STRUCTURE = re.compile(r"(<(h3|h4|ol|ul)\b[^>]*>.*?</\2>)", re.DOTALL)
_EMPTY = re.compile(r"<(p|h3|h4|li|b|i)>(?:\s|&nbsp;|<br\s*/?>)*</\1>")
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>")


def html_to_rich_text(text: str) -> str:
    """HTML, or plain text with blank lines between paragraphs, as rich text; "" for nothing.

    Only `ALLOWED_TAGS` stay; scripts, styles and their content go, unknown tags leave their text.
    """
    text = _COMMENT.sub("", text)
    text = _CELL_END.sub(" ", text)
    text = _RENAME.sub(lambda m: f"<{m[1]}{_RENAMED[m[2].lower()]}>", text)
    clean = nh3.clean(
        text,
        tags=ALLOWED_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    parts: list[str] = []
    for i, piece in enumerate(_STRUCTURE.split(clean)):
        match i % 3:
            case 0:
                parts.extend(_paragraphs(piece))
            case 1:
                parts.append(piece.replace("<p>", "").replace("</p>", " "))
    rich = "".join(parts)
    while (stripped := _EMPTY.sub("", rich)) != rich:
        rich = stripped
    # Paragraphs were cut by pattern: parsing once more closes what the cuts left open.
    return nh3.clean(
        rich, tags=ALLOWED_TAGS, attributes={"a": {"href"}}, link_rel=None
    ).strip()


def _paragraphs(piece: str) -> list[str]:
    found = []
    for paragraph in _BLOCK.split(piece):
        paragraph = re.sub(
            r"^(?:\s|<br\s*/?>|&nbsp;)+|(?:\s|<br\s*/?>|&nbsp;)+$", "", paragraph
        )
        if paragraph:
            found.append(f"<p>{' '.join(paragraph.split())}</p>")
    return found


def html_to_text(text: str) -> str:
    """HTML as one line of plain text."""
    without_tags = _TAG.sub(" ", nh3.clean(_COMMENT.sub("", text), tags=ALLOWED_TAGS))
    return " ".join(html.unescape(without_tags).split())
