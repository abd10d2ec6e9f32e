"""`run.py test`: on each pair of engines, with an exit code that nothing hides."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

# The node of the run under way, if there is one, saves the time to start another.
WHICH = """
from django.db import connection

def test_the_database_is_{vendor}():
    assert connection.vendor == "{vendor}"
"""


def run(tmp_path: Path, test: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the launcher's tests on one file, in which `test` is written."""
    path = tmp_path / "test_which.py"
    path.write_text(test, encoding="utf-8")
    variables = {key: value for key, value in os.environ.items() if key != "TEST_DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "run.py", "test", *arguments, "-c", "pyproject.toml", str(path)],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.mark.parametrize(("pair", "vendor"), [("embedded", "sqlite"), ("servers", "postgresql")])
def test_one_pair_can_be_chosen(tmp_path: Path, pair: str, vendor: str):
    done = run(tmp_path, WHICH.format(vendor=vendor), "--engine", pair)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("1 passed") == 1


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_a_failure_with_either_pair_is_a_failure(tmp_path: Path, vendor: str):
    done = run(tmp_path, WHICH.format(vendor=vendor))
    assert done.returncode == 1
    assert done.stdout.count("1 passed") == 1
    assert done.stdout.count("1 failed") == 1


def test_a_pair_that_does_not_exist_is_refused(tmp_path: Path):
    done = run(tmp_path, "", "--engine", "oracle")
    assert done.returncode == 2
    assert "embedded" in done.stderr
