"""The Elasticsearch node that the tests start for themselves."""

import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.processes import ROOT, wait_until
from tools import node
from tools.node import Node, NodeMissing

HOLD = """
import time
from tools.node import Node
with Node() as node:
    print(node.url, flush=True)
    time.sleep(600)
"""


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_cluster/health", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module", autouse=True)
def _can_be_built() -> None:
    try:
        node.build()
    except NodeMissing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of such a death")
def test_it_ends_with_the_process_that_started_it():
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    url = holder.stdout.readline().strip()
    assert answers(url)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    wait_until(lambda: not answers(url))


def test_its_log_is_shown_when_it_does_not_start():
    broken = Node()
    folder = broken.ca.parents[2]
    with (folder / "config" / "elasticsearch.yml").open("a", encoding="utf-8") as settings:
        settings.write("no.such.setting: true\n")
    with pytest.raises(NodeMissing, match=r"no\.such\.setting"):
        broken.__enter__()
    assert not folder.exists()


def test_a_file_that_is_not_the_pinned_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    maven = tmp_path / "mvn"
    maven.write_text(
        '#!/bin/sh\nfor word; do case "$word" in -DoutputDirectory=*) '
        f'echo forged > "${{word#*=}}/elasticsearch-{node.VERSION}.zip";; esac; done\n',
        encoding="utf-8",
    )
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(node, "CACHE", tmp_path / "cache")
    with pytest.raises(NodeMissing, match="not the file that was pinned"):
        node.build()
    assert list((tmp_path / "cache").iterdir()) == []


def test_without_a_jdk_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(NodeMissing, match="JDK 17"):
        node.java_home()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_its_certificate_is_signed_by_its_own_authority(tmp_path: Path):
    node.make_certificates(tmp_path)
    checked = subprocess.run(
        ["openssl", "verify", "-CAfile", "ca.crt", "node.crt"], cwd=tmp_path, capture_output=True
    )
    assert checked.returncode == 0, checked.stderr
