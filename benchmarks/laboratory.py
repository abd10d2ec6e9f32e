"""A data folder, a database and an engine that live for one run, and the process that uses them."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.catalogue import Entry, Pair
from benchmarks.measuring import Measured
from tools.node import Node
from tools.places import ROOT
from tools.postgresql import PostgreSQL

# What the environment says of an installation, whose data no benchmark touches.
OF_AN_INSTALLATION = (
    "DATABASE_URL", "SEARCH_URL", "SEARCH_API_KEY", "SEARCH_CA_CERTS", "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE", "DEBUG",
)  # fmt: skip


@contextmanager
def environment(pair: Pair) -> Iterator[dict[str, str]]:
    """The variables of a process that measures on `pair`; its servers end with the block.

    Raises `NodeMissing` or `PostgreSQLMissing` where a server cannot be had.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="passerelle-benchmarks-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        (folder / "static").mkdir()  # Without it each request warns that it is missing.
        variables = {
            name: text for name, text in os.environ.items() if name not in OF_AN_INSTALLATION
        }
        variables |= {
            "DJANGO_SETTINGS_MODULE": "passerelle.settings.dev",
            "PASSERELLE_DATA_DIR": str(folder),
            "SEARCH_WORKER_IN_PROCESS": "false",
            "LOG_LEVEL": "ERROR",
            "PYTHONUTF8": "1",
        }
        if pair == "servers":
            variables["DATABASE_URL"] = _with_its_database(stack.enter_context(PostgreSQL()).url)
            variables["SEARCH_URL"] = f"{stack.enter_context(Node()).url}/benchmarks"
        yield variables


def measure(entries: Sequence[Entry], *, pair: Pair, quick: bool) -> dict[str, Measured]:
    """Run `entries` in one process of their own, in order; what each found, by name.

    One that fails has shown why and is left out.
    """
    with environment(pair) as variables:
        answers = Path(variables["PASSERELLE_DATA_DIR"]) / "measured.json"
        command = [sys.executable, "-m", "benchmarks.session", str(answers)]
        command += ["--quick"] if quick else []
        command += [entry.name for entry in entries]
        subprocess.run(command, cwd=ROOT, env=variables)
        if not answers.exists():
            return {}
        found = json.loads(answers.read_text(encoding="utf-8"))
    return {name: Measured.from_json(data) for name, data in found.items()}


def _with_its_database(url: str) -> str:
    """The same address, once there is the database that it names."""
    server, _slash, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return url
