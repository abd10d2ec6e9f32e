"""The command: what it says, what it writes, how it ends."""

import csv

import pytest
from django.core.management import CommandError, call_command

from exchange.management.commands import import_content as command
from practices.models import LessonPage

# French has its own spaces before some signs.
PLAIN_SPACES = {0xA0: " ", 0x202F: " "}

MAPPING = """
source: essai
type: lesson
external_id: id
fields: {title: title, summary: summary}
"""


@pytest.fixture
def run(college, tmp_path):
    """Run the command on a table; the arguments come after the source and the mapping."""

    def run(text, *arguments, mapping=MAPPING):
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
        (tmp_path / "m.yaml").write_text(mapping, encoding="utf-8")
        call_command(
            "import_content",
            str(tmp_path / "t.csv"),
            f"--mapping={tmp_path / 'm.yaml'}",
            "--language=en",
            *arguments,
        )

    return run


def test_it_says_what_it_did(run, capsys):
    run("id,title,summary\n1,A,s\n", "--organization=cegep", "--publish")
    out, err = capsys.readouterr()
    assert out.startswith("Pages created: 1, updated: 0, unchanged: 0, failed: 0")
    assert "1 of 1 rows" in err
    assert LessonPage.objects.get().live


def test_no_number_stands_before_a_word_that_it_would_have_to_agree_with(run, capsys):
    run("id,title,summary\n1,A,s\n", "--organization=cegep", "--language=fr")
    assert "; organisations créées : 0 ;" in capsys.readouterr().out.translate(PLAIN_SPACES)


def test_it_says_which_rows_failed_and_ends_with_an_error(run, capsys, tmp_path):
    with pytest.raises(CommandError, match="1 row was not imported") as raised:
        run(
            "id,title,summary\n1,A,s\n2,,s\n",
            "--organization=cegep",
            f"--report={tmp_path / 'report.csv'}",
        )
    assert raised.value.returncode == 2
    assert "Row 3, column –: The title is empty" in capsys.readouterr().err
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[:3] for row in csv.reader(file)][1:] == [["problem", "3", ""]]
    assert LessonPage.objects.count() == 1


def test_a_dry_run_says_that_nothing_was_kept(run, capsys):
    run("id,title,summary\n1,A,s\n", "--organization=cegep", "--dry-run")
    assert capsys.readouterr().out.startswith("Dry run: nothing was kept.")
    assert not LessonPage.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "mapping", "said"),
    [
        (["--organization=nobody"], MAPPING, "Known: cegep"),
        ([], MAPPING, "--organization"),
        (["--organization=cegep"], MAPPING.replace("source", "sauce"), "sauce"),
        (["--organization=cegep", "--report=/nowhere/at/all.csv"], MAPPING, "/nowhere/at/all.csv"),
    ],
)
def test_what_cannot_start_says_why(arguments, mapping, said, run):
    with pytest.raises(CommandError, match=said):
        run("id,title,summary\n1,A,s\n", *arguments, mapping=mapping)


def test_an_interruption_says_how_to_go_on(run, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "import_content", interrupt)
    with pytest.raises(CommandError, match="run the same command") as raised:
        run("id,title,summary\n1,A,s\n", "--organization=cegep")
    assert raised.value.returncode == 130
