"""What is special to the embedded index: files, several processes, and what may happen to them."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from search.core.declarations import Facet, Field
from search.core.documents import Write
from search.core.engine import SearchUnavailable
from search.core.schema import Schema
from search.engines.embedded import EmbeddedEngine, writing
from search.engines.embedded.engine import LIVE_FILE
from tests.search.engines.corpus import PUBLIC, SCHEMA, ask, counts, document, fill, keys

ROOT = Path(__file__).parents[3]

# Writes documents “<name>-0”, “<name>-1”… in batches of five, and says how far it has come.
WRITER = """
import sys
from pathlib import Path
from search.core.documents import Write
from search.engines.embedded import EmbeddedEngine
from tests.search.engines.corpus import SCHEMA, document

folder, name, batches = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
engine = EmbeddedEngine(SCHEMA, folder)
for batch in range(batches):
    documents = [document(f"{name}-{batch * 5 + n}", "Tutorat") for n in range(5)]
    engine.write([Write(each.key, batch + 1, each) for each in documents])
    print(batch, flush=True)
"""


@pytest.fixture
def engine(tmp_path: Path) -> EmbeddedEngine:
    """An index with one document."""
    engine = EmbeddedEngine(SCHEMA, tmp_path)
    engine.promote_generation(engine.create_generation())
    fill(engine, [document("1", "Tutorat")])
    return engine


@pytest.fixture
def start_writer(tmp_path: Path) -> Callable[[str, int], subprocess.Popen[str]]:
    """Starts a process that writes to the same folder."""

    def start(name: str, batches: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "-c", WRITER, str(tmp_path), name, str(batches)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}"},
            stdout=subprocess.PIPE,
            text=True,
        )

    return start


def finished(writer: subprocess.Popen[str]) -> int:
    """Wait for a writer; its exit code."""
    with writer:
        writer.communicate(timeout=120)
    return writer.returncode


# Folders


def test_the_folder_is_named_after_the_schema_and_the_version_of_tantivy(tmp_path: Path) -> None:
    engine = EmbeddedEngine(SCHEMA, tmp_path)

    assert engine.root == tmp_path / f"{SCHEMA.hash}-tantivy-{version('tantivy')}"


def test_an_index_made_for_another_schema_is_left_alone(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    other = EmbeddedEngine(Schema((Field("title", boost=2),), ()), tmp_path)
    assert not other.health().available
    with pytest.raises(SearchUnavailable, match="search_rebuild"):
        other.search(ask(facets=()))

    fill(other, [document("2", "Mentorat")])
    assert keys(other.search(ask(facets=()))) == ["2"]
    assert keys(engine.search(ask())) == ["1"]


def test_what_was_written_is_there_after_a_restart(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.close()

    again = EmbeddedEngine(SCHEMA, tmp_path)
    assert keys(again.search(ask("tutorat"))) == ["1"]
    assert [each.version for each in again.scan()] == [1]


def test_an_index_that_was_never_made_is_unavailable_and_nothing_is_made_by_asking(
    tmp_path: Path,
) -> None:
    engine = EmbeddedEngine(SCHEMA, tmp_path / "new")

    for question in (
        lambda: engine.search(ask()),
        lambda: engine.suggest("x", locale="fr", audience=PUBLIC),
        lambda: engine.similar("x", locale="fr", audience=PUBLIC),
    ):
        with pytest.raises(SearchUnavailable, match="search_rebuild"):
            question()
    assert list(engine.scan()) == []
    assert (engine.generations(), engine.live_generation()) == ([], "")
    assert not (tmp_path / "new").exists()


def test_a_first_write_makes_the_first_generation(tmp_path: Path) -> None:
    engine = EmbeddedEngine(SCHEMA, tmp_path)
    fill(engine, [document("1", "Tutorat")])

    assert engine.generations() == [engine.live_generation()]
    assert engine.health().documents == 1


def test_the_first_generation_answers_only_once_it_is_promoted(tmp_path: Path) -> None:
    engine = EmbeddedEngine(SCHEMA, tmp_path)
    new = engine.create_generation()

    assert (engine.generations(), engine.live_generation()) == ([new], "")
    with pytest.raises(SearchUnavailable):
        engine.search(ask())
    engine.promote_generation(new)
    assert engine.search(ask()).total == 0


@pytest.mark.parametrize("lost", ["everything", "the generation"])
def test_an_index_deleted_while_it_is_open_is_unavailable_until_it_is_made_again(
    engine: EmbeddedEngine, lost: str
) -> None:
    assert engine.search(ask()).total == 1
    whole = engine.root
    shutil.rmtree(whole if lost == "everything" else whole / engine.live_generation())

    assert not engine.health().available
    for question in (
        lambda: engine.search(ask("tutorat")),
        lambda: engine.suggest("tut", locale="fr", audience=PUBLIC),
        lambda: engine.similar("1", locale="fr", audience=PUBLIC),
    ):
        with pytest.raises(SearchUnavailable, match="search_rebuild"):
            question()

    engine.promote_generation(engine.create_generation())
    fill(engine, [document("2", "Mentorat")])
    assert keys(engine.search(ask())) == ["2"]


def test_a_write_to_a_deleted_generation_is_refused_rather_than_started_anew(
    engine: EmbeddedEngine,
) -> None:
    shutil.rmtree(engine.root / engine.live_generation())

    with pytest.raises(SearchUnavailable):
        engine.write([Write("1", 2, document("1", "Tutorat"))])


@pytest.mark.parametrize("content", ["", "{", "{}", '{"segments": []}'])
def test_a_damaged_index_is_unavailable(
    engine: EmbeddedEngine, tmp_path: Path, content: str
) -> None:
    meta = engine.root / engine.live_generation() / "meta.json"
    meta.write_text(content)

    for each in (engine, EmbeddedEngine(SCHEMA, tmp_path)):
        assert not each.health().available
        with pytest.raises(SearchUnavailable):
            each.search(ask())


def test_cut_off_segments_are_unavailable(engine: EmbeddedEngine, tmp_path: Path) -> None:
    engine.close()
    for path in (engine.root / engine.live_generation()).iterdir():
        if path.suffix in {".term", ".store", ".idx", ".fast"}:
            path.write_bytes(path.read_bytes()[:10])

    with pytest.raises(SearchUnavailable):
        EmbeddedEngine(SCHEMA, tmp_path).search(ask("tutorat"))


def test_a_folder_that_cannot_be_written_to_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(SearchUnavailable):
        EmbeddedEngine(SCHEMA, tmp_path / "file").write([Write("1", 1, document("1"))])


# Several threads and processes


def test_a_reader_sees_what_another_process_writes(
    engine: EmbeddedEngine, start_writer: Callable[[str, int], subprocess.Popen[str]]
) -> None:
    assert engine.search(ask("tutorat")).total == 1

    assert finished(start_writer("other", 2)) == 0
    assert engine.search(ask("tutorat")).total == 11


def test_a_reader_follows_a_promotion_by_another_engine(
    engine: EmbeddedEngine, tmp_path: Path
) -> None:
    other = EmbeddedEngine(SCHEMA, tmp_path)
    new, old = other.create_generation(), other.live_generation()
    other.write([Write("2", 1, document("2", "Mentorat"))], generation=new)
    other.promote_generation(new)
    other.drop_generation(old)

    assert keys(engine.search(ask())) == ["2"]


def test_two_processes_write_at_once_and_readers_never_fail(
    engine: EmbeddedEngine, start_writer: Callable[[str, int], subprocess.Popen[str]]
) -> None:
    writers = [start_writer("a", 8), start_writer("b", 8)]
    totals = []
    while any(writer.poll() is None for writer in writers):
        results = engine.search(ask("tutorat"))
        assert sum(counts(results, "type").values()) == 0
        totals.append(results.total)
        time.sleep(0.005)

    assert [finished(writer) for writer in writers] == [0, 0]
    assert engine.search(ask("tutorat")).total == 81
    assert totals == sorted(totals)
    assert all((total - 1) % 5 == 0 for total in totals), "a batch was seen in part"


def test_a_writer_killed_at_any_moment_leaves_whole_batches(
    engine: EmbeddedEngine, start_writer: Callable[[str, int], subprocess.Popen[str]]
) -> None:
    said = 0
    for round_ in range(4):
        writer = start_writer(f"killed{round_}", 1_000)
        with writer:
            assert writer.stdout
            for _batch in range(2):
                writer.stdout.readline()
                said += 1
            time.sleep(0.013 * round_)
            writer.send_signal(signal.SIGKILL)
            said += len(writer.stdout.read().splitlines())

    total = engine.search(ask("tutorat")).total
    assert (total - 1) % 5 == 0
    assert said <= (total - 1) // 5 <= said + 4  # a killed one may have written and not said so
    assert len(list(engine.scan())) == total
    fill(engine, [document("after", "Tutorat")])
    assert engine.search(ask("tutorat")).total == total + 1


def test_threads_search_while_another_one_writes(engine: EmbeddedEngine) -> None:
    problems: list[BaseException] = []
    stop = threading.Event()

    def search() -> None:
        try:
            while not stop.is_set():
                assert engine.search(ask("tutorat")).total >= 1
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=search) for _number in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2, 12):
        engine.write([Write("1", number, document("1", f"Tutorat {number}"))])
    stop.set()
    for thread in threads:
        thread.join()

    assert problems == []
    assert engine.search(ask()).hits[0].stored["title"] == "Tutorat 11"


def test_a_search_does_not_wait_for_a_writer(engine: EmbeddedEngine) -> None:
    engine.close()  # It keeps its turn for a moment.
    with FileLock(engine.root / writing.LOCK_FILE):
        waiting = threading.Thread(
            target=engine.write, args=([Write("2", 1, document("2", "Tutorat"))],)
        )
        waiting.start()
        time.sleep(0.05)
        assert engine.search(ask()).total == 1
        assert waiting.is_alive()
    waiting.join()
    assert engine.search(ask()).total == 2


def test_a_writer_that_waits_too_long_gives_up(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.close()
    monkeypatch.setattr(writing, "LOCK_SECONDS", 0.05)

    with (
        FileLock(engine.root / writing.LOCK_FILE),
        pytest.raises(SearchUnavailable, match="writing for too long"),
    ):
        engine.write([Write("2", 1, document("2", "Tutorat"))])


def test_a_writer_stays_open_for_the_next_batch_and_is_given_back_soon(
    engine: EmbeddedEngine,
) -> None:
    engine.close()
    for number in range(2, 12):  # Enough segments for tantivy to merge them meanwhile.
        engine.write([Write("1", number, document("1", f"Tutorat {number}"))])
    other = FileLock(engine.root / writing.LOCK_FILE)
    with pytest.raises(Timeout):
        other.acquire(timeout=0)
    with other.acquire(timeout=20):
        assert engine.search(ask()).hits[0].stored["title"] == "Tutorat 11"


def test_who_writes_all_the_time_lets_others_write_too(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "TURN_SECONDS", 0.5)
    stop = threading.Event()

    def write_on() -> None:
        number = 10
        while not stop.is_set():
            number += 1
            engine.write([Write("1", number, document("1", f"Tutorat {number}"))])

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        other = EmbeddedEngine(SCHEMA, engine.root.parent)
        other.write([Write("2", 1, document("2", "Tutorat"))])
        other.close()
    finally:
        stop.set()
        writer.join()
    assert engine.search(ask()).total == 2


def test_what_a_batch_could_not_commit_is_forgotten(engine: EmbeddedEngine) -> None:
    opened = engine._opened(engine.live_generation())
    with engine._turn.held(), suppress(KeyError), engine._turn.writer(opened) as writer:
        writer.delete_documents_by_term("key", "1")
        raise KeyError

    engine.write([Write("2", 1, document("2", "Tutorat"))])
    assert engine.search(ask()).total == 2


def test_the_live_generation_is_switched_in_one_step(engine: EmbeddedEngine) -> None:
    new = engine.create_generation()
    engine.promote_generation(new)

    assert (engine.root / LIVE_FILE).read_text() == new
    assert not (engine.root / f"{LIVE_FILE}.new").exists()


def test_a_folder_left_by_a_killed_process_is_no_obstacle(engine: EmbeddedEngine) -> None:
    (engine.root / "generation-0002").mkdir()

    new = engine.create_generation()
    assert new == "generation-0003"
    engine.drop_generation("generation-0002")
    assert engine.generations() == ["generation-0001", new]


# Limits of tantivy


def test_more_values_than_one_pass_counts_are_counted_all_the_same(tmp_path: Path) -> None:
    schema = Schema((Field("title"),), (Facet("tag", "Tag"), Facet("other", "Other")))
    engine = EmbeddedEngine(schema, tmp_path)
    values = [f"v{number}" for number in range(40_000)]
    fill(
        engine,
        [document(str(n), "x", tag=values[n::20], other=values[n::20]) for n in range(20)],
    )

    results = engine.search(ask(facets=("tag", "other"), size=1))
    assert counts(results, "tag") == dict.fromkeys(values, 1)
    assert counts(results, "other") == dict.fromkeys(values, 1)


def test_a_run_of_equals_too_long_to_sort_is_the_same_for_every_page(
    engine: EmbeddedEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.embedded.ranking.MAX_TIES", 50)
    fill(engine, [document(f"{n:03d}", "Mentorat") for n in range(200)])

    paged = [
        key
        for page in range(1, 22)
        for key in keys(engine.search(ask("mentorat", page=page, size=10)))
    ]
    assert sorted(paged) == [f"{n:03d}" for n in range(200)]
