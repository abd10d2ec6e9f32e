"""The order of the rooms, where import-linter cannot look, and what no file may say."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACT = PROJECT["tool"]["importlinter"]["contracts"][0]
# From left to right; rooms of one group do not know each other.
GROUPS = [[room.strip() for room in layer.split("|")] for layer in CONTRACT["layers"]]
RANKS = {room: rank for rank, group in enumerate(GROUPS) for room in group}
ADDRESS = re.compile(r"https?://|--(extra-)?index-url|--find-links|@ file:")


def sources() -> list[Path]:
    """Every text file of the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = (ROOT / name for name in listed.split("\0") if name)
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()]


def test_the_contract_lists_the_installed_rooms_in_their_order():
    assert CONTRACT["type"] == "layers"
    rooms = [room for group in GROUPS for room in group]
    installed = [app for app in settings.INSTALLED_APPS if (ROOT / app).is_dir()]
    assert rooms == ["passerelle", *installed]
    assert sorted(rooms) == sorted(PROJECT["tool"]["importlinter"]["root_packages"])


def test_every_room_is_checked_and_shipped():
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    rooms = {"site/passerelle" if room == "passerelle" else room for room in RANKS}
    assert set(packages) == rooms
    assert rooms <= set(PROJECT["tool"]["mypy"]["files"])
    assert set(RANKS) <= set(PROJECT["tool"]["ruff"]["lint"]["isort"]["known-first-party"])


@pytest.mark.parametrize("room", [room for room in RANKS if room != "passerelle"])
def test_no_relation_points_to_a_room_on_the_left(room: str):
    def is_allowed(other: type[models.Model]) -> bool:
        label = other._meta.app_label
        return label == room or label not in RANKS or RANKS[label] > RANKS[room]

    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation
        and not field.auto_created
        and isinstance(field.related_model, type)
        and not is_allowed(field.related_model)
    ]
    wrong += [
        f"{model._meta.label} inherits from {parent._meta.label}"
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
        for parent in model._meta.all_parents
        if not is_allowed(parent)
    ]
    assert wrong == []


def test_site_is_still_the_standard_librarys():
    command = [sys.executable, "-c", "import site, passerelle; print(site.__file__)"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()).parent == Path(subprocess.__file__).parent
    assert not (ROOT / "site" / "__init__.py").exists()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_by_hash_and_name_no_registry(name: str):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not ADDRESS.search(text)
    logical = text.replace("\\\n", " ").splitlines()
    pins = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    assert pins
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def test_the_developers_requirements_contain_those_of_the_site():
    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return set(re.findall(r"^[\w.-]+==\S+", text, re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_no_file_depends_on_the_machine_it_was_written_on():
    # Spelled in pieces, so that this file does not find itself.
    places = ["/" + "work/", "/" + "root/", "/home" + "/runner", "C:" + "\\Users"]
    wrong = [
        f"{path.relative_to(ROOT)}: {place}"
        for path in sources()
        for place in places
        if place in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert wrong == []


def test_sources_are_in_unix_lines_and_utf_8():
    wrong = []
    for path in sources():
        content = path.read_bytes()
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            wrong.append(f"{path.relative_to(ROOT)} is not UTF-8")
        if b"\r\n" in content:
            wrong.append(f"{path.relative_to(ROOT)} has Windows lines")
    assert [line for line in wrong if "/fixtures/" not in line] == []
