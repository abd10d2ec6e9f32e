"""Where things are: the sources, the virtual environment, the data."""

import os
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"


def venv_python(venv: Path = VENV) -> Path:
    """The interpreter of the virtual environment."""
    return venv / ("Scripts/python.exe" if WINDOWS else "bin/python")


def site_packages(venv: Path = VENV) -> Path:
    """Where the virtual environment keeps its packages, for the Python that runs the launcher."""
    if WINDOWS:
        return venv / "Lib" / "site-packages"
    return venv / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def data_dir() -> Path:
    """The folder of this installation's data, which the settings find by the same rule."""
    return Path(os.environ.get("PASSERELLE_DATA_DIR") or ROOT / "var").resolve()


def rooms() -> list[str]:
    """The packages of the project, as the layer contract lists them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return list(project["tool"]["importlinter"]["root_packages"])


def room_path(room: str) -> Path:
    """The folder of a package: `site/passerelle` for the project's, a top folder for a room."""
    return ROOT / "site" / room if room == "passerelle" else ROOT / room


def environment(settings: str = "passerelle.settings.dev", **extra: str) -> dict[str, str]:
    """The variables that a Django command runs with; what the person has set wins."""
    variables = {**os.environ, "PYTHONUTF8": "1", **extra}
    variables.setdefault("DJANGO_SETTINGS_MODULE", settings)
    return variables
