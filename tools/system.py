"""Programs that pip cannot install: found on the PATH, or installed on Debian by its owner."""

import os
import shutil
import subprocess
import sys

from tools.console import say

CHROMIUM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]


def ensure_chromium() -> None:
    """Have a Chromium for the browser tests, or say that they cannot run."""
    if _found(CHROMIUM_NAMES):
        return
    if _apt_install("chromium", "fonts-dejavu-core") and _found(CHROMIUM_NAMES):
        return
    say(
        "Chromium n’est pas installé : les tests qui passent par un navigateur seront sautés"
        " (ou échoueront, si CI est défini).",
        "Chromium is not installed: the tests that go through a browser will be skipped"
        " (or will fail, when CI is set).",
    )


def ensure_venv() -> bool:
    """Have what Debian leaves out of Python's own `venv`; tell whether it was worth another try."""
    return _apt_install(f"python{sys.version_info[0]}.{sys.version_info[1]}-venv")


def ensure_gettext() -> bool:
    """Have the gettext tools, which extract the strings to translate; tell whether they are."""
    return _found(["xgettext"]) or (_apt_install("gettext") and _found(["xgettext"]))


def ensure_java() -> None:
    """Have the JDK and the Maven that make the tests' Elasticsearch node, where possible."""
    if not (_found(["javac"]) and _found(["mvn"])):
        _apt_install("default-jdk-headless", "maven", "openssl")


def ensure_npm() -> None:
    """Have npm, which brings what examines the pages in continuous integration."""
    if not _found(["npm"]):
        _apt_install("nodejs", "npm")


def _found(names: list[str]) -> bool:
    return any(map(shutil.which, names))


def _apt_install(*names: str) -> bool:
    """Install Debian packages where that is possible without asking anybody anything."""
    if not shutil.which("apt-get") or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    say(
        f"Installation par apt-get : {', '.join(names)}…",
        f"Installing with apt-get: {', '.join(names)}…",
    )
    variables = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    for command in (["apt-get", "update", "-qq"], install):
        subprocess.run(command, env=variables, stdout=subprocess.DEVNULL, check=False)
    return True
