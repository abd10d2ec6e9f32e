"""What the launcher says and does before anything is installed."""

import ast
import re
import socket
import subprocess
import sys

import pytest

from tests.processes import ROOT
from tests.tools.conftest import Project

OLD = """
import runpy, sys
sys.version_info = (3, 9, 18, "final", 0)
runpy.run_path("run.py", run_name="__main__")
"""


def test_a_python_that_is_too_old_is_told_so_in_both_languages():
    told = subprocess.run([sys.executable, "-c", OLD], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 2
    assert "Passerelle demande Python 3.11" in told.stderr
    assert "Passerelle needs Python 3.11" in told.stderr
    assert "3.9.18" in told.stderr
    assert "Traceback" not in told.stderr


def test_any_python_3_can_read_the_launcher_far_enough_to_be_told():
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 4))


def test_python_2_too_can_read_the_launcher():
    source = (ROOT / "run.py").read_bytes()
    # As PEP 263 asks for: without it, Python 2 refuses anything but ASCII.
    declared = re.match(rb"#!.*\n# coding: utf-8\n", source)
    assert declared, source[:80]
    assert not re.search(rb"\bf[\"']|\bprint\b(?!\()|:=", source)


def test_the_launcher_needs_nothing_but_the_standard_library():
    # Without the site module no installed package can be imported.
    told = subprocess.run(
        [sys.executable, "-S", "-E", "run.py", "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr


def test_an_unknown_command_lists_the_known_ones(project: Project):
    told = project.run("demonstration")
    assert told.returncode == 2
    assert "« demonstration »" in told.stderr
    for command in ("demo", "test", "check", "bench", "manage", "messages"):
        assert command in told.stderr
    assert not project.venv.exists()


def test_without_a_command_it_says_what_there_is(project: Project):
    told = project.run()
    assert told.returncode == 0
    assert "démonstration complète" in told.stdout
    assert "a complete demonstration" in told.stdout


@pytest.mark.parametrize("command", ["demo", "test", "check", "node", "messages"])
def test_to_ask_for_help_starts_nothing(project: Project, command: str):
    told = project.run(command, "--help")
    assert told.returncode == 0, told.stderr
    assert f"usage: run.py {command}" in told.stdout
    assert not project.venv.exists()


@pytest.mark.parametrize(
    ("arguments", "french", "english"),
    [
        (["demo", "--prot", "1"], "Arguments inconnus : --prot 1", "unrecognized arguments"),
        (["demo", "--port"], "« --port » attend une valeur", "expected one argument"),
        (["demo", "--port", "x"], "« --port » attend un nombre, et non « x »", "invalid int value"),
        (["demo", "--reset=1"], "« --reset » n’attend pas de valeur : « 1 »", "ignored explicit"),
        (["test", "--engine", "x"], "« --engine » ne peut pas valoir « x »", "invalid choice"),
        (["messages", "--update", "--compile"], "ne va pas avec « --update »", "not allowed with"),
    ],
)
def test_a_mistake_in_the_arguments_is_said_in_both_languages(
    project: Project, arguments: list[str], french: str, english: str
):
    told = project.run(*arguments)
    assert told.returncode == 2
    assert french in told.stderr
    assert english in told.stderr
    assert f"usage: run.py {arguments[0]}" in told.stderr
    assert not project.venv.exists()


def test_a_busy_port_is_refused_before_any_work_and_a_free_one_offered(project: Project):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = project.run("demo", "--port", str(other.getsockname()[1]))
    assert told.returncode == 1
    assert "déjà occupé" in told.stderr
    assert "already in use" in told.stderr
    assert not project.venv.exists()
    offered = int(re.findall(r"run\.py demo --port (\d+)", told.stderr)[0])
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", offered))


def test_a_number_that_is_no_port_is_refused(project: Project):
    told = project.run("demo", "--port", "70000")
    assert told.returncode == 2
    assert "70000" in told.stderr
    assert not project.venv.exists()
