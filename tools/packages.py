"""The virtual environment: made once, verified at each start, made again when it is not whole."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools import system
from tools.console import Stop, say
from tools.places import ROOT, VENV, site_packages, venv_python

STAMP = VENV / "passerelle-stamp.json"
NO_NETWORK = re.compile(
    r"NewConnectionError|ConnectTimeout|ReadTimeout|Max retries|Could not fetch URL|timed out"
    r"|Name or service not known|Temporary failure in name resolution|getaddrinfo failed"
    r"|Network is unreachable|Connection refused|dns error|Failed to fetch|error sending request"
    r"|No matching distribution found|ProxyError",
    re.IGNORECASE,
)


def ensure(*, dev: bool = False) -> None:
    """Make the environment hold exactly what the requirements say; quick when it already does."""
    wanted = _wanted(dev=dev)
    stamp = _read_stamp()
    if stamp is not None and _covers(stamp, wanted) and _is_whole(stamp):
        return
    if VENV.exists() and not _can_be_completed(stamp, wanted):
        say(
            "L’environnement « .venv » est incomplet ou vient d’un autre Python : refait.",
            "The environment “.venv” is not whole or comes from another Python: made again.",
        )
        _remove(VENV)
    # From here until the last line the stamp says that the environment is not whole: whatever
    # interrupts the work, the next run starts it again.
    try:
        VENV.mkdir(exist_ok=True)
        STAMP.write_text(json.dumps({"building": True}), encoding="utf-8")
    except OSError as error:
        raise Stop(
            f"Impossible d’écrire dans « {VENV} » : {error}.",
            f"Cannot write in “{VENV}”: {error}.",
        ) from error
    uv = shutil.which("uv")
    if not venv_python().exists():
        say(
            "Création de l’environnement Python « .venv »…",
            "Creating the Python environment “.venv”…",
        )
        _create(uv)
    say(
        "Installation des paquets (une minute environ la première fois)…",
        "Installing the packages (about a minute the first time)…",
    )
    # The requirements of the developers contain those of the site.
    requirements = ROOT / ("requirements-dev.txt" if dev else "requirements.txt")
    _install(uv, "--require-hashes", "--no-deps", "-r", str(requirements))
    _install(uv, "--no-build-isolation", "--no-deps", "-e", str(ROOT))
    wanted["entries"] = _entries()
    STAMP.write_text(json.dumps(wanted, indent=1), encoding="utf-8")


def _wanted(*, dev: bool) -> dict[str, object]:
    def digest(name: str) -> str:
        return hashlib.sha256((ROOT / name).read_bytes()).hexdigest()

    return {
        "python": platform.python_version(),
        "root": str(ROOT),
        "project": digest("pyproject.toml"),
        "requirements": digest("requirements.txt"),
        "dev": digest("requirements-dev.txt") if dev else None,
    }


def _read_stamp() -> dict[str, object] | None:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) else None


def _covers(stamp: dict[str, object], wanted: dict[str, object]) -> bool:
    return all(stamp.get(key) == value for key, value in wanted.items() if value is not None)


def _is_whole(stamp: dict[str, object]) -> bool:
    """Whether what was installed is still there and starts."""
    entries = stamp.get("entries")
    if not isinstance(entries, list) or not _starts():
        return False
    return set(entries) <= set(_entries())


def _entries() -> list[str]:
    """What is installed, by the names of its folders and modules, whatever the versions."""
    if not site_packages().is_dir():
        return []
    names = os.listdir(site_packages())
    return sorted(name for name in names if name != "__pycache__" and "dist-info" not in name)


def _can_be_completed(stamp: dict[str, object] | None, wanted: dict[str, object]) -> bool:
    """Whether installing over what is there is safe: it is no half-made work of ours, and runs."""
    if stamp is not None:
        same_place = stamp.get("python") == wanted["python"] and stamp.get("root") == wanted["root"]
        if not same_place or not _is_whole(stamp):
            return False
    installs = shutil.which("uv") or (site_packages() / "pip").is_dir()
    return bool(installs) and _starts()


def _starts() -> bool:
    try:
        answer = subprocess.run(
            [str(venv_python()), "-c", "import sys, encodings; print(sys.version_info[:2])"],
            capture_output=True,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() == str(tuple(sys.version_info[:2]))


def _remove(folder: Path) -> None:
    try:
        if folder.is_symlink() or folder.is_file():
            folder.unlink()
        else:
            shutil.rmtree(folder)
    except OSError as error:
        raise Stop(
            f"Impossible de supprimer « {folder} » : {error}. Fermez ce qui s’en sert, puis"
            " recommencez.",
            f"Cannot remove “{folder}”: {error}. Close what uses it, then try again.",
        ) from error


def _create(uv: str | None) -> None:
    if uv:
        command = [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV)]
    else:
        command = [sys.executable, "-m", "venv", str(VENV)]
    made = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if made.returncode != 0 and not uv and system.ensure_venv():
        made = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if made.returncode != 0:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Stop(
            "Python n’a pas pu créer « .venv ». Sur Debian ou Ubuntu, installez"
            f" « python{version}-venv » ; sinon, installez uv.",
            "Python could not create “.venv”. On Debian or Ubuntu, install"
            f" “python{version}-venv”; otherwise install uv.",
            details=made.stdout + made.stderr,
        )


def _install(uv: str | None, *arguments: str) -> None:
    if uv:
        command = [uv, "pip", "install", "--quiet", "--python", str(venv_python()), *arguments]
    else:
        # Modules are compiled when first imported, which leaves out the many that never are.
        options = ["--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"]
        options += ["--retries", "2", "--no-warn-script-location"]
        command = [str(venv_python()), "-m", "pip", "install", *options, *arguments]
    done = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd=ROOT,
    )
    if done.returncode == 0:
        return
    if NO_NETWORK.search(done.stdout):
        raise Stop(
            "Le réseau ou l’index des paquets ne répond pas. Vérifiez la connexion (et le"
            " mandataire, s’il y en a un), puis relancez la même commande.",
            "The network or the package index does not answer. Check the connection (and the proxy,"
            " if any), then run the same command again.",
            details=done.stdout,
        )
    raise Stop(
        "L’installation des paquets a échoué (voir ci-dessus). Relancez la même commande : elle"
        " reprendra du début.",
        "The packages could not be installed (see above). Run the same command again: it starts"
        " afresh.",
        details=done.stdout,
    )
