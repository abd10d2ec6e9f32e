"""Compile every template with Django itself: `python -m tools.templates`, in the environment.

A template that does not compile is an error page for whoever meets it first.
"""

import os
import sys
from collections.abc import Iterator

import django
from django.template import TemplateSyntaxError
from django.template.loader import get_template

from tools.places import ROOT, room_path, rooms


def names() -> Iterator[str]:
    """Every template of the project, by the name it is loaded with."""
    folders = [ROOT / "templates", *(room_path(room) / "templates" for room in rooms())]
    for folder in folders:
        for path in sorted(folder.rglob("*.*")):
            yield path.relative_to(folder).as_posix()


def broken() -> Iterator[str]:
    """A line for each template that does not compile."""
    for name in names():
        try:
            get_template(name)
        except (TemplateSyntaxError, UnicodeDecodeError) as error:
            yield f"{name}: {error}"


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "passerelle.settings.test")
    django.setup()
    problems = list(broken())
    print("\n".join(problems))
    sys.exit(1 if problems else 0)
