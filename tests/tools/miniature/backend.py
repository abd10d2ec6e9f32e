"""Builds the wheels of the miniature project, without any build tool to download."""

import time
import zipfile
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent


def build_editable(
    wheel_directory: str, config_settings: object = None, metadata_directory: object = None
) -> str:
    """Answer pip's `install --editable`; wait first when a test asks for time to interrupt."""
    if (HERE / "slow-installation").exists():
        (HERE / "installing").touch()
        time.sleep(60)
    return write_wheel(Path(wheel_directory), "passerelle", {"passerelle.pth": str(HERE)}).name


def write_wheel(folder: Path, name: str, files: Mapping[str, str]) -> Path:
    """Write the wheel `name` 1.0 with these files in `folder`, and give its path."""
    info = f"{name}-1.0.dist-info"
    contents = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*contents, f"{info}/RECORD"])
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name_inside, text in {**contents, f"{info}/RECORD": record}.items():
            archive.writestr(name_inside, text)
    return path
