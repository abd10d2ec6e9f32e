"""An organization gives the site its own look in a package, as docs/theming.md tells it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from django.conf import settings

GUIDE = Path(settings.BASE_DIR, "docs", "theming.md")
LOOK = """
import json, django
django.setup()
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
print(json.dumps({
    "failure": render_to_string("500.html"),
    "mail": render_to_string("mail/letter.html", {"text": "Bonjour"}),
    "logo": finders.find("images/logo.svg"),
    "favicon": finders.find("images/favicon.svg"),
    "theme": finders.find("css/theme.css"),
}))
"""


def run(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "passerelle.settings.test", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def code(name: str) -> str:
    """The piece of the guide that follows the name of this file."""
    after = GUIDE.read_text(encoding="utf-8").partition(f"`{name}`")[2]
    found = re.search(r"```\w+\n(.*?)```", after, re.DOTALL)
    assert found, name
    return found[1]


def test_the_package_of_the_guide_changes_name_colours_and_mark_and_nothing_else(tmp_path):
    theme = tmp_path / "reseau_theme"
    for name in ["__init__.py", "static/css/theme.css"]:
        file = theme / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code(f"reseau_theme/{name}"), encoding="utf-8")
    logo = theme / "static" / "images" / "logo.svg"
    logo.parent.mkdir()
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")

    told = run(PYTHONPATH=str(tmp_path), PASSERELLE_THEME="reseau_theme")

    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout.splitlines()[-1])
    for page in ("failure", "mail"):
        assert "Réseau des collèges" in found[page]
        assert "Passerelle" not in found[page]
    assert found["failure"].rindex("css/theme.css") > found["failure"].rindex("css/passerelle.css")
    assert found["theme"] == str(theme / "static" / "css" / "theme.css")
    assert found["logo"] == str(logo)
    assert found["favicon"] == str(Path(settings.BASE_DIR, "static", "images", "favicon.svg"))
    tokens = Path(settings.BASE_DIR, "static", "css", "tokens.css").read_text(encoding="utf-8")
    for token in re.findall(r"(--[a-z-]+):", code("reseau_theme/static/css/theme.css")):
        assert f"{token}:" in tokens


def test_a_theme_that_is_not_installed_is_named_with_what_to_do():
    told = run(PASSERELLE_THEME="no_such_theme")

    assert told.returncode != 0
    assert "no Python package “no_such_theme”" in told.stderr
    assert "docs/theming.md" in told.stderr


def test_without_a_theme_no_sheet_is_asked_for_it(client, db):
    assert b"theme.css" not in client.get("/fr/a-propos/").content
