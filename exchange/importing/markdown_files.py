"""Markdown and MDX files as rows: the keys of their front matter, their body and its sections."""

import re
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from core.markdown import sections_of
from exchange.importing.errors import ImportSetupError
from exchange.importing.mapping import ReadingOptions
from exchange.importing.records import Row, decode

# Columns that come beside the keys of the front matter.
BODY = "_body"
FILE_NAME = "_file"
PATH = "_path"

LONGEST_FRONT_MATTER = 100_000  # characters

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_OPENED = re.compile(r"\A---[ \t]*\r?\n[\w.-]+[ \t]*:")
_FENCE = re.compile(r"[ \t]*(```|~~~)")
# MDX allows JavaScript between the paragraphs; it is code, not content.
_MDX_CODE = re.compile(r"(?:import|export)\s+(?:[\w{*\"']|default\b)")
_MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)


class _FrontMatterLoader(yaml.SafeLoader):
    """Leaves texts as they are written (`NO`, `1:30`, `2020`), and refuses aliases.

    A few nested aliases can stand for millions of values.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError(_("aliases (*name) are not read here; write the value out"))
        return super().compose_node(parent, index)


_FrontMatterLoader.yaml_implicit_resolvers = {
    first: kept
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    if (kept := [each for each in resolvers if each[0] == "tag:yaml.org,2002:null"])
}


def read_folder(folder: Path, options: ReadingOptions) -> list[Row]:
    """One row a `.md` or `.mdx` file below `folder`, in the order of their paths.

    Raises `ImportSetupError` when there is none.
    """
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in {".md", ".mdx"})
    if not paths:
        raise ImportSetupError(_("There is no .md or .mdx file in “%(path)s”.") % {"path": folder})
    return [read_file(path, folder, options) for path in paths if not path.is_dir()]


def read_file(path: Path, folder: Path, options: ReadingOptions) -> Row:
    """The row of one file, with a problem when it cannot be read or leads out of `folder`."""
    place = str(path.relative_to(folder))
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            return Row(place, {}, problem=_("It is a link out of the folder."))
        if not path.is_file():
            return Row(place, {}, problem=_("It is not a file."))
        text = decode(path.read_bytes(), options)
    except (OSError, RuntimeError) as error:  # Python < 3.13 raises the latter for a loop of links
        reason = getattr(error, "strerror", None) or str(error)
        return Row(place, {}, problem=_("It cannot be read: %(error)s") % {"error": reason})
    match = _FRONT_MATTER.match(text)
    if match is None and _OPENED.match(text):
        return Row(place, {}, problem=_("Its front matter is not closed by a line “---”."))
    try:
        front_matter = _front_matter(match[1]) if match else {}
    except ValueError as error:
        return Row(place, {}, problem=str(error))
    body = text[match.end() :] if match else text
    if path.suffix.lower() == ".mdx":
        body = without_code(body)
    values = {
        **front_matter,
        BODY: body.strip(),
        FILE_NAME: path.stem,
        PATH: Path(place).with_suffix("").as_posix(),
    }
    return Row(place, values, sections=sections_of(body, level=2))


def _front_matter(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_FRONT_MATTER:
        raise ValueError(
            _("Its front matter is longer than %(limit)d characters.")
            % {"limit": LONGEST_FRONT_MATTER}
        )
    try:
        data = yaml.load(text, Loader=_FrontMatterLoader)
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        raise ValueError(
            _("Its front matter is not YAML: %(error)s") % {"error": " ".join(str(error).split())}
        ) from error
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise ValueError(_("Its front matter must be keys and values, such as “title: …”."))
    return {str(key): value for key, value in data.items()}


def without_code(body: str) -> str:
    """An MDX text without its imports, exports and comments; code between fences stays."""
    kept: list[str] = []
    fence = ""
    in_code = False
    for line in _MDX_COMMENT.sub("", body).splitlines():
        if match := _FENCE.match(line):
            fence = "" if fence == match[1] else fence or match[1]
        starts_paragraph = not kept or not kept[-1].strip()
        if not line.strip():
            in_code = False
        elif not fence and starts_paragraph and _MDX_CODE.match(line):
            in_code = True
        if not in_code:
            kept.append(line)
    return "\n".join(kept)
