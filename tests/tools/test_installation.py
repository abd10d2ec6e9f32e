"""Making the environment, whatever was left of it, and whatever happens meanwhile."""

import shutil
import signal

import pytest

from tests.tools.conftest import Project
from tools.places import site_packages, venv_python


def demo(project: Project) -> str:
    """Have the demo ready, and give what was said."""
    done = project.run("demo", "--no-serve")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_environment_is_made_once(project: Project):
    assert ".venv" in demo(project)
    made = venv_python(project.venv).lstat()
    assert ".venv" not in demo(project)
    assert venv_python(project.venv).lstat() == made


@pytest.mark.parametrize("what", ["nothing in it", "no packages", "a lost package", "a dead link"])
def test_a_half_made_environment_is_made_again(fresh_data: Project, what: str):
    project = fresh_data
    if what == "nothing in it":
        shutil.rmtree(project.venv)
        project.venv.mkdir()
    elif what == "no packages":
        shutil.rmtree(site_packages(project.venv))
    elif what == "a lost package":
        (site_packages(project.venv) / "dependency.py").unlink()
    else:
        venv_python(project.venv).unlink()
        venv_python(project.venv).symlink_to(project.folder / "no-such-python")
    assert ".venv" in demo(project)
    assert project.journal() == ["migrate", "load_demo", "search_rebuild"]


def test_an_index_that_does_not_answer_is_told_and_the_next_run_works(
    project: Project, free_port: int
):
    closed = f"http://127.0.0.1:{free_port}/simple"
    told = project.run(
        "demo", "--no-serve", PIP_INDEX_URL=closed, PIP_NO_INDEX="0", PIP_FIND_LINKS=""
    )
    assert told.returncode == 1
    assert "Le réseau ou l’index des paquets ne répond pas" in told.stderr
    assert "The network or the package index does not answer" in told.stderr
    assert "Traceback" not in told.stderr
    demo(project)


def test_a_package_that_is_not_the_pinned_one_is_refused(project: Project):
    pinned = (project.folder / "requirements.txt").read_text(encoding="utf-8")
    (project.folder / "requirements.txt").write_text(pinned[:-6] + "00000\n", encoding="utf-8")
    told = project.run("demo", "--no-serve")
    assert told.returncode == 1
    assert "DO NOT MATCH THE HASHES" in told.stderr
    (project.folder / "requirements.txt").write_text(pinned, encoding="utf-8")
    demo(project)


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_installation_is_done_again(project: Project, by: signal.Signals):
    (project.folder / "slow-installation").touch()
    code, output = project.interrupt("demo", "--no-serve", at="installing", by=by)
    assert code == 130
    assert "Interrompu" in output
    assert "Traceback" not in output
    assert project.journal() == []
    (project.folder / "slow-installation").unlink()
    demo(project)
    assert project.journal() == ["migrate", "load_demo", "search_rebuild"]


def test_changed_requirements_are_installed(fresh_data: Project):
    requirements = fresh_data.folder / "requirements.txt"
    requirements.write_text("# Changed.\n" + requirements.read_text(), encoding="utf-8")
    assert "Installation" in demo(fresh_data)
    assert "Installation" not in demo(fresh_data)
