"""Getting the demo ready: each step once, again when it must, and never half."""

import signal

import pytest

from tests.tools.conftest import Project

STEPS = ["migrate", "load_demo", "search_rebuild"]


def test_what_is_done_is_not_done_again(fresh_data: Project):
    assert fresh_data.run("demo", "--no-serve").returncode == 0
    assert fresh_data.journal() == STEPS
    told = fresh_data.run("demo", "--no-serve", "--port", "8123")
    assert told.returncode == 0
    assert fresh_data.journal() == []
    assert "run.py demo --port 8123" in told.stdout


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_step_is_done_again_with_those_after_it(
    fresh_data: Project, step: str, by: signal.Signals
):
    (fresh_data.folder / f"slow-{step}").touch()
    code, output = fresh_data.interrupt("demo", "--no-serve", at=f"doing-{step}", by=by)
    assert code == 130
    assert "Interrompu" in output
    before = STEPS[: STEPS.index(step)]
    assert fresh_data.journal() == before
    (fresh_data.folder / f"slow-{step}").unlink()
    assert fresh_data.run("demo", "--no-serve").returncode == 0
    assert fresh_data.journal() == STEPS[len(before) :]


def test_a_step_that_fails_says_how_to_start_afresh(fresh_data: Project):
    (fresh_data.folder / "broken-load_demo").touch()
    told = fresh_data.run("demo", "--no-serve")
    assert told.returncode == 1
    assert "miniature cannot load_demo" in told.stderr
    assert "python3 run.py demo --reset" in told.stderr
    (fresh_data.folder / "broken-load_demo").unlink()
    assert fresh_data.run("demo", "--no-serve").returncode == 0
    assert fresh_data.journal() == STEPS


def test_a_changed_demo_is_loaded_and_indexed_again(fresh_data: Project):
    fresh_data.run("demo", "--no-serve")
    fresh_data.journal()
    content = fresh_data.folder / "demo" / "content"
    content.mkdir(parents=True, exist_ok=True)
    (content / "home.yaml").write_text(f"title: {fresh_data.data}\n", encoding="utf-8")
    fresh_data.run("demo", "--no-serve")
    assert fresh_data.journal() == ["load_demo", "search_rebuild"]


def test_a_lost_database_is_made_again(fresh_data: Project):
    fresh_data.run("demo", "--no-serve")
    fresh_data.journal()
    (fresh_data.data / "db.sqlite3").unlink()
    fresh_data.run("demo", "--no-serve")
    assert fresh_data.journal() == STEPS


def test_reset_erases_what_the_demo_wrote_and_keeps_the_rest(fresh_data: Project):
    fresh_data.run("demo", "--no-serve")
    (fresh_data.data / "media").mkdir()
    (fresh_data.data / "media" / "picture.png").touch()
    (fresh_data.data / "demo-accounts.txt").touch()
    (fresh_data.data / "secret-key.txt").write_text("kept", encoding="ascii")
    fresh_data.journal()
    assert fresh_data.run("demo", "--reset", "--no-serve").returncode == 0
    assert fresh_data.journal() == STEPS
    assert not (fresh_data.data / "media").exists()
    assert not (fresh_data.data / "demo-accounts.txt").exists()
    assert (fresh_data.data / "secret-key.txt").read_text(encoding="ascii") == "kept"


def test_reset_does_not_touch_a_database_it_did_not_make(fresh_data: Project):
    told = fresh_data.run("demo", "--reset", "--no-serve", DATABASE_URL="postgres://host/name")
    assert told.returncode == 1
    assert "DATABASE_URL" in told.stderr
    assert fresh_data.journal() == []


def test_a_data_folder_that_cannot_be_written_is_told(fresh_data: Project):
    occupied = fresh_data.folder / "occupied"
    occupied.touch()
    told = fresh_data.run("demo", "--no-serve", PASSERELLE_DATA_DIR=str(occupied / "data"))
    assert told.returncode == 1
    assert "Impossible d’écrire" in told.stderr
    assert "Traceback" not in told.stderr
