"""What examines whole pages in continuous integration: Lighthouse and the Nu HTML Checker.

They come from npm, as `package-lock.json` says, into a folder under `var/`.
"""

import shutil
import subprocess
from pathlib import Path

from tools import system
from tools.console import Stop, say
from tools.places import ROOT

SOURCE = Path(__file__).parent
FOLDER = ROOT / "var" / "web-checkers"
FILES = ("package.json", "package-lock.json")


def ensure() -> None:
    """Have them, as they are pinned. Raises `Stop` where npm or the network is missing."""
    if _is_done():
        return
    system.ensure_npm()
    npm = shutil.which("npm")
    if npm is None:
        raise Stop("Il faut npm pour examiner les pages.", "npm is needed to examine the pages.")
    say("Installation de Lighthouse et du vérificateur HTML…", "Installing Lighthouse and vnu…")
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / FILES[1]).unlink(missing_ok=True)
    for name in FILES:
        shutil.copy(SOURCE / name, FOLDER / name)
    command = [
        npm,
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--no-update-notifier",
    ]
    done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True)
    if done.returncode:
        raise Stop(
            "npm n’a pas pu installer ce qui examine les pages.",
            "npm could not install what examines the pages.",
            details=done.stdout + done.stderr,
        )
    _stamp().write_text(_pins(), encoding="utf-8")


def lighthouse() -> Path | None:
    """The command, where it is installed."""
    return FOLDER / "node_modules" / ".bin" / "lighthouse" if _is_done() else None


def vnu() -> Path | None:
    """The Java archive of the Nu HTML Checker, where it is installed."""
    path = FOLDER / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    return path if _is_done() else None


def _is_done() -> bool:
    return _stamp().exists() and _stamp().read_text(encoding="utf-8") == _pins()


def _stamp() -> Path:
    return FOLDER / "installed.txt"


def _pins() -> str:
    return (SOURCE / FILES[1]).read_text(encoding="utf-8")
