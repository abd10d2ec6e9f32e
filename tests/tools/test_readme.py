"""What the README and the other documents promise is true."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import ROOT
from tools.launcher import COMMANDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPLOYMENT = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]


def calls(path: Path) -> Iterator[tuple[str, bool]]:
    """The variables that a settings module reads, and whether each has a default."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "env"
        ):
            yield ast.literal_eval(node.args[0]), bool(node.keywords)


def read_by_the_settings() -> set[str]:
    """The variables that any settings module reads."""
    folder = ROOT / "site" / "passerelle" / "settings"
    return {name for path in folder.glob("*.py") for name, _ in calls(path)}


def rows(text: str) -> list[list[str]]:
    """The cells of each row of a table whose first cell is a variable."""
    lines = [line for line in text.splitlines() if re.match(r"\| `[A-Z_]+` \|", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_table_lists_the_variables_that_the_settings_read_and_no_other():
    listed = [row[0].strip("`") for row in rows(README)]
    assert listed == sorted(read_by_the_settings())


def test_the_table_says_which_variables_a_server_must_have():
    path = ROOT / "site" / "passerelle" / "settings" / "production.py"
    required = {name for name, has_default in calls(path) if not has_default}
    assert {row[0].strip("`") for row in rows(README) if "required" in row[1]} == required


def test_the_example_of_a_server_sets_only_what_something_reads():
    example = (ROOT / "deploy" / "example.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))
    known = read_by_the_settings() | {row[0].strip("`") for row in rows(DEPLOYMENT)}
    known |= set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    assert named <= known
    required = {row[0].strip("`") for row in rows(README) if "required" in row[1]}
    assert required <= named


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_commands_and_links_lead_somewhere(path: Path):
    text = path.read_text(encoding="utf-8")
    for command in re.findall(r"run\.py ([a-z]+)", text):
        assert command in COMMANDS
    for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (path.parent / link).exists(), link


@pytest.mark.parametrize("option", ["--port", "--no-serve", "--reset"])
def test_the_options_of_the_demo_exist(option: str):
    assert option in README
    told = subprocess.run(
        [sys.executable, "run.py", "demo", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert option in told.stdout


def test_continuous_integration_runs_the_command_for_tests_that_the_readme_gives():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "python3 run.py test " in README
    assert script.rstrip().endswith('"$python" run.py check\n"$python" run.py test')
    assert "export CI=true" in script
