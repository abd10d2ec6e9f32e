"""`run.py check`: everything that can be said of the sources without running the tests."""

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tools import packages, system
from tools.console import Arguments
from tools.places import ROOT, environment, venv_python
from tools.processes import INTERRUPTED


@dataclass(frozen=True)
class Check:
    """One question, the command that answers it by its exit code, and its variables."""

    title: str
    command: tuple[str, ...]
    variables: Mapping[str, str] = field(default_factory=dict)


def manage(*arguments: str) -> tuple[str, ...]:
    """A Django command, as arguments of the interpreter."""
    return (str(ROOT / "manage.py"), *arguments)


PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "passerelle.settings.production",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "ALLOWED_HOSTS": "passerelle.example",
    "BASE_URL": "https://passerelle.example",
}
CHECKS = [
    Check("types (mypy)", ("-m", "mypy")),
    Check("style (ruff check)", ("-m", "ruff", "check", ".")),
    Check("format (ruff format)", ("-m", "ruff", "format", "--check", ".")),
    Check(
        "layers of the rooms (import-linter)",
        ("-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"),
    ),
    Check("templates compile", ("-m", "tools.templates")),
    Check("templates (djlint)", ("-m", "djlint", "templates", "--lint", "--quiet")),
    Check(
        "no missing migration",
        manage("makemigrations", "--check", "--dry-run", "--verbosity", "1"),
    ),
    Check("translations complete and compiled", ("-m", "tools.catalogs", "--check")),
    Check("settings of a laptop (manage.py check)", manage("check", "--fail-level", "WARNING")),
    Check(
        "settings of a server (manage.py check --deploy)",
        manage("check", "--deploy", "--fail-level", "WARNING"),
        PRODUCTION,
    ),
]


def run(arguments: list[str]) -> int:
    """Ask every question, or those whose title contains an argument; 1 when one is not passed."""
    parser = Arguments(prog="run.py check")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="seulement les questions dont le titre contient un de ces mots"
        " / only the questions whose title contains one of these words",
    )
    words = [word.lower() for word in parser.parse_args(arguments).words]
    packages.ensure(dev=True)
    system.ensure_gettext()
    chosen = [
        check for check in CHECKS if not words or any(word in check.title.lower() for word in words)
    ]
    # Whatever is checked, the data of this installation stay as they are.
    folder = tempfile.mkdtemp(prefix="passerelle-check-")
    pool = ThreadPoolExecutor(max_workers=os.cpu_count() or 1)
    try:
        failed = [
            check.title
            for check, (passed, output, seconds) in zip(
                chosen, pool.map(lambda check: _ask(check, folder), chosen), strict=True
            )
            if not _report(check.title, passed, output, seconds)
        ]
    except KeyboardInterrupt:
        pool.shutdown(wait=False, cancel_futures=True)
        return INTERRUPTED
    finally:
        pool.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{len(chosen) - len(failed)} / {len(chosen)} ok", flush=True)
    return 1 if failed else 0


def _ask(check: Check, folder: str) -> tuple[bool, str, float]:
    started = time.monotonic()
    # What the person's shell says about a database or a server must not change the answer.
    variables = environment(
        DJANGO_SETTINGS_MODULE="passerelle.settings.dev",
        PASSERELLE_DATA_DIR=folder,
        DATABASE_URL=f"sqlite:///{folder}/check.sqlite3",
        NO_COLOR="1",
    )
    done = subprocess.run(
        [str(venv_python()), *check.command],
        cwd=ROOT,
        env={**variables, **check.variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    return done.returncode == 0, done.stdout, time.monotonic() - started


def _report(title: str, passed: bool, output: str, seconds: float) -> bool:
    print(f"{'ok    ' if passed else 'FAILED'} {title} ({seconds:.1f} s)", flush=True)
    if not passed:
        print("\n".join(f"       {line}" for line in output.strip().splitlines()), flush=True)
    return passed
