"""A program of its own: what a dossier says (JSON) on its input, the PDF on its output.

The library keeps what it worked out for as long as a process lives, some 500 MiB for a hundred long
pages: that of the site would grow with every dossier. Nothing here needs the site.
"""

import sys
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).with_name("dossier.typ")
ACCESSIBLE = "ua-1"


def typeset(data: str) -> bytes:
    """A PDF/UA-1, or a tagged PDF where a text has signs that no font draws, which is told."""
    try:
        return _compile(data, ACCESSIBLE)
    except typst.TypstError as problem:
        print(f"A dossier that is tagged but not PDF/UA: {problem}", file=sys.stderr)
        return _compile(data, None)


def _compile(data: str, standard: Any) -> bytes:
    compiler = typst.Compiler(
        TEMPLATE.read_bytes(),
        # The fonts that come with the library, then those of the machine for signs they lack.
        font_paths=typst.Fonts(include_system_fonts=True, include_embedded_fonts=True),
        sys_inputs={"data": data},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=standard)
    assert isinstance(pdf, bytes)
    return pdf


if __name__ == "__main__":
    sys.stdout.buffer.write(typeset(sys.stdin.buffer.read().decode()))
