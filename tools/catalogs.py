"""The catalogs of translated strings: update, compile, and say what is wrong with them.

Runs in the virtual environment: it needs Babel and, to collect strings, the gettext tools.
English is the language of the sources, so that French is the only catalog there is.
"""

import gettext
import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from tools.places import ROOT, room_path, rooms

LOCALE = ROOT / "locale"
LANGUAGE = "fr"
PO = Path(LANGUAGE) / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
# A French sign that an ordinary space parts from its word.
BREAKABLE = re.compile(r"« | [;?!»]| :(?= |$)")
# The translations of a catalog, each with the lines on which it goes on.
FRENCH = re.compile(r'^msgstr(?:\[\d\])? ".*"\n(?:".*"\n)*', re.MULTILINE)
DATED = '"POT-Creation-Date:'


def main(arguments: list[str]) -> int:
    """Do what `arguments` ask: `--update`, `--compile` or `--check`."""
    if "--check" in arguments:
        problems = list(check())
        print("\n".join(problems))
        return 1 if problems else 0
    if "--compile" not in arguments:
        update()
    compile_catalog()
    return 0


def update() -> None:
    """Bring the strings of the sources into the catalog, keeping what is translated."""
    with tempfile.TemporaryDirectory() as folder:
        found = collect(Path(folder)) / PO
        found.write_text(typeset(found.read_text(encoding="utf-8")), encoding="utf-8")
        kept = LOCALE / PO
        if kept.exists() and _undated(kept) == _undated(found):
            return
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, kept)


def typeset(text: str) -> str:
    """A catalog whose French has its unbreakable spaces: narrow ones inside « » and before ; ? !"""
    return FRENCH.sub(lambda found: _spaced(found[0]), text)


def _spaced(text: str) -> str:
    # A space may be the last sign of a line of the file, and what follows it the first of the next.
    text = re.sub('[ \u00a0]((?:"\n")?[;?!»])', "\u202f\\1", text)
    text = re.sub('(«(?:"\n")?)[ \u00a0]', "\\1\u202f", text)
    return re.sub('(?<=.) ((?:"\n")?:(?: |"\n))', "\u00a0\\1", text)


def compile_catalog() -> None:
    """Write the compiled catalog that Django reads."""
    catalog = read(LOCALE / PO)
    with (LOCALE / MO).open("wb") as compiled:
        write_mo(compiled, catalog)
    translated = sum(1 for message in catalog if message.id and message.string)
    print(f"{MO}: {translated} / {len(catalog)}")


def collect(folder: Path) -> Path:
    """Run makemessages on a copy of the sources in `folder`; give the folder of its catalogs.

    A copy, because makemessages takes every `locale` and every stray file it meets for its own.
    """
    for room in rooms():
        source = room_path(room)
        for path in source.rglob("*"):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                _copy(path, folder)
    for path in (ROOT / "templates").rglob("*.*"):
        _copy(path, folder)
    (folder / "locale").mkdir()
    if (LOCALE / PO).exists():
        _copy(LOCALE / PO, folder)
    options = ["--locale", LANGUAGE, "--extension", "py,html,txt"]
    options += ["--add-location", "file", "--no-obsolete", "--verbosity", "0"]
    command = [sys.executable, "-m", "django", "makemessages", *options]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "locale"


def check() -> Iterator[str]:
    """What keeps a French reader from reading French, a line for each."""
    if not (LOCALE / PO).exists():
        yield f"locale/{PO} does not exist: python3 run.py messages"
        return
    catalog = read(LOCALE / PO)
    yield from flaws(catalog)
    if not (LOCALE / MO).exists() or stale(catalog, LOCALE / MO):
        yield f"locale/{MO} is not what locale/{PO} says: python3 run.py messages --compile"
    with tempfile.TemporaryDirectory() as folder:
        sources = read(collect(Path(folder)) / PO)
    written, known = _keys(sources), _keys(catalog)
    yield from (f"not in the catalog: {_shown(key)}" for key in sorted(written - known, key=str))
    yield from (f"no longer used: {_shown(key)}" for key in sorted(known - written, key=str))


def flaws(catalog: Catalog) -> Iterator[str]:
    """Messages without a translation, with a doubtful one, or whose placeholders differ."""
    for message in catalog:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, tuple | list) else [message.string]
        if not all(strings):
            yield f"not translated: {_shown(message.id)}"
        elif message.fuzzy:
            yield f"fuzzy: {_shown(message.id)}"
        elif any(BREAKABLE.search(string or "") for string in strings):
            yield f"a line may break before a sign: {_shown(message.id)}"
        for error in message.check(catalog):
            yield f"{error}: {_shown(message.id)}"


def stale(catalog: Catalog, compiled: Path) -> bool:
    """Whether the compiled catalog says anything else than the catalog."""
    fresh = io.BytesIO()
    write_mo(fresh, catalog)
    fresh.seek(0)
    with compiled.open("rb") as file:
        return _messages(gettext.GNUTranslations(file)) != _messages(gettext.GNUTranslations(fresh))


def read(path: Path) -> Catalog:
    """The catalog in this file."""
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, abort_invalid=True)


def _messages(translations: gettext.GNUTranslations) -> dict[object, str]:
    found: dict[object, str] = vars(translations)["_catalog"]
    return {key: string for key, string in found.items() if key}


def _keys(catalog: Catalog) -> set[tuple[object, str | None]]:
    return {(message.id, message.context) for message in catalog if message.id}


def _shown(key: object) -> str:
    return repr(key)[:160]


def _undated(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith(DATED)]


def _copy(path: Path, folder: Path) -> None:
    target = folder / path.relative_to(ROOT)
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
