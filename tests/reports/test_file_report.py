"""A listener that writes its file when the run ends, or is refused."""

import json
import logging
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from apirun import (
    Direction,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    PrerequisiteError,
    RenderError,
    Request,
    Stage,
    UsageError,
    Warned,
)
from apirun.reports import FileReport, Recorder
from tests.helpers.server import serve
from tests.reports import rich
from tests.reports.strict_junit import complaints

FORMS = ("xml", "json", "md", "html")


@pytest.fixture
def api():
    with serve() as server:
        yield server


def stage(api, name="things", **settings):
    """Return a stage with one migration."""
    up = Request("PUT", "{{.api_base}}/things/a")
    return Stage(
        name=name,
        migrations=[Migration(version=1, name="make", up=up)],
        env={"api_base": api.url},
        store=MemoryStore(),
        **settings,
    )


@pytest.mark.parametrize(
    ("ending", "beginning"),
    [("xml", "<?xml"), ("json", "{"), ("MD", "# "), ("html", "<!")],
)
def test_the_ending_says_in_which_form(api, tmp_path, ending, beginning):
    """Whatever the case of its letters."""
    path = tmp_path / f"report.{ending}"
    assert Migrator(stage(api), listeners=[FileReport(path)]).up().ok

    assert path.read_text("utf-8").startswith(beginning)
    assert [path] == list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["report.txt", "report", "xml", "report.xml.gz"])
def test_another_ending_is_refused_with_those_there_are(tmp_path, name):
    """Before anything is sent."""
    with pytest.raises(UsageError, match=r"\.html, \.json, \.md or \.xml"):
        FileReport(tmp_path / name)


@pytest.mark.parametrize("name", [".xml", ".HTML"])
def test_an_ending_alone_is_no_name(tmp_path, name):
    """As a variable of a shell leaves it that is empty."""
    with pytest.raises(UsageError, match=f"no name before its ending.*'report{name}'"):
        FileReport(tmp_path / name)


def test_a_directory_that_is_not_there_is_refused(tmp_path, monkeypatch):
    """The message names it as it was given."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(UsageError, match="there is no directory 'no/such'"):
        FileReport("no/such/report.xml")


def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path):
    """It would not become a file."""
    (tmp_path / "report.xml").mkdir()

    with pytest.raises(UsageError, match="it is a directory"):
        FileReport(tmp_path / "report.xml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_is_read_only_is_refused(tmp_path):
    """A run would end without its report."""
    tmp_path.chmod(0o500)

    with pytest.raises(UsageError, match="can't be written to"):
        FileReport(tmp_path / "report.xml")


def test_the_umask_says_who_may_read_it(tmp_path):
    """As with any file that a program writes."""
    program = (
        "import os\n"
        "from apirun import Orchestrator\n"
        "from apirun.reports import FileReport, Recorder\n"
        "for mask in (0o022, 0o027, 0o000):\n"
        "    os.umask(mask)\n"
        "    Orchestrator([], listeners=[FileReport(f'{mask}.md')]).up()\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True)

    modes = [
        stat.S_IMODE((tmp_path / f"{mask}.md").stat().st_mode)
        for mask in (0o022, 0o027, 0o000)
    ]
    assert [0o644, 0o640, 0o644] == modes


def test_a_file_that_was_made_private_stays_private(api, tmp_path):
    """What is written in its place is read by nobody else either."""
    path = tmp_path / "report.md"
    path.write_text("old")
    path.chmod(0o600)

    assert Migrator(stage(api), listeners=[FileReport(path)]).up().ok

    assert "old" != path.read_text("utf-8")
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)


def test_a_link_is_followed_and_a_change_of_directory_plays_no_part(
    api, tmp_path, monkeypatch
):
    """The file is where it was when the report was made."""
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "report.xml").write_text("old")
    (tmp_path / "report.xml").symlink_to(tmp_path / "kept" / "report.xml")
    monkeypatch.chdir(tmp_path)
    report = FileReport("report.xml")
    monkeypatch.chdir(tmp_path / "kept")

    assert Migrator(stage(api), listeners=[report]).up().ok
    assert (tmp_path / "report.xml").is_symlink()
    assert (tmp_path / "kept" / "report.xml").read_text().startswith("<?xml")


def test_a_file_that_can_not_be_written_does_not_break_the_run(api, tmp_path):
    """It is told in the warnings, to the other listeners, and by the report."""
    (tmp_path / "out").mkdir()
    heard = []
    report = FileReport(tmp_path / "out" / "report.xml")
    (tmp_path / "out").rmdir()
    result = Orchestrator([stage(api)], listeners=[report, heard.append]).up()

    reason = "No such file or directory"
    told = f"the report {tmp_path}/out/report.xml was not written: {reason}"
    assert (True, (told,), told) == (result.ok, result.warnings, report.problem)
    assert [told] == [event.message for event in heard if isinstance(event, Warned)]


def test_what_stood_there_stays_when_writing_fails(api, tmp_path, monkeypatch):
    """There is a whole file at any moment, and nothing beside it."""
    path = tmp_path / "report.md"
    path.write_text("of the run before")
    report = FileReport(path)

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert Migrator(stage(api), listeners=[report]).up().ok

    assert "No space left on device" in report.problem
    assert "of the run before" == path.read_text()
    assert [path] == list(tmp_path.iterdir())


def test_a_refused_run_leaves_a_report(api, tmp_path):
    """It tells the refusal, in every form."""
    paths = [tmp_path / f"report.{ending}" for ending in ("xml", "json", "md")]
    dependent = stage(api, "late", depends_on=["things"])
    orchestrator = Orchestrator([stage(api), dependent])
    for path in paths:
        report = FileReport(path, title="run", direction=Direction.DOWN)
        with pytest.raises(PrerequisiteError), report:
            orchestrator.up(stages=["late"], listeners=[report])
    junit, document, page = (path.read_text("utf-8") for path in paths)

    assert [] == complaints(junit)
    assert '<error message="dependent stage things has not been executed"' in junit
    told = json.loads(document)
    assert (False, False, "down") == (told["begun"], told["ok"], told["direction"])
    assert "PrerequisiteError" == told["failure"]["kind"]
    assert page.startswith("# ❌ <code>run</code>: refused, nothing was sent")
    assert "dependent stage things has not been executed" in page


def test_what_can_not_be_rendered_is_a_refusal(tmp_path, api):
    """A missing variable, for example; nothing was sent."""
    up = Request("PUT", "{{.no_such}}/things")
    wrong = Stage(
        name="wrong",
        migrations=[Migration(version=1, name="make", up=up)],
        store=MemoryStore(),
    )
    with pytest.raises(RenderError), FileReport(tmp_path / "report.xml") as report:
        Migrator(wrong, listeners=[report]).up()

    assert 'type="RenderError"' in (tmp_path / "report.xml").read_text("utf-8")


def test_an_error_after_the_run_leaves_its_report_alone(api, tmp_path):
    """It tells how the run ended, not how the program did."""
    path = tmp_path / "report.json"
    report = FileReport(path)

    def program():
        with report:
            Migrator(stage(api), listeners=[report]).up()
            raise UsageError("of the program")

    with pytest.raises(UsageError):
        program()

    assert json.loads(path.read_text("utf-8"))["ok"]


def test_a_block_without_a_run_leaves_nothing(tmp_path):
    """There is nothing to tell."""
    with FileReport(tmp_path / "report.json"):
        pass

    assert [] == list(tmp_path.iterdir())


def test_a_refusal_that_can_not_be_written_is_logged(tmp_path, caplog):
    """The refusal itself is what leaves the block."""
    (tmp_path / "out").mkdir()
    report = FileReport(tmp_path / "out" / "report.md")
    (tmp_path / "out").rmdir()
    with caplog.at_level(logging.WARNING, "apirun"), pytest.raises(UsageError), report:
        Orchestrator([], listeners=[report]).up(stages=["no"])

    assert [report.problem] == [record.getMessage() for record in caplog.records]


def test_four_threads_write_four_reports(api, tmp_path):
    """Each run's report tells of it alone."""

    def go(number):
        path = tmp_path / f"{number}.json"
        Migrator(stage(api, f"s{number}"), listeners=[FileReport(path)]).up()
        return list(json.loads(path.read_text("utf-8"))["stages"])

    with ThreadPoolExecutor(4) as pool:
        assert [[f"s{number}"] for number in range(4)] == list(pool.map(go, range(4)))


def test_reports_that_share_a_recorder_tell_the_same(api, tmp_path):
    """Each file is what it would be alone; the recorder says what the run is called."""
    recorder = Recorder(title="shared")
    alone = [FileReport(tmp_path / f"own.{end}", title="shared") for end in FORMS]
    shared = [FileReport(tmp_path / f"r.{end}", recorder=recorder) for end in FORMS]

    Migrator(stage(api), listeners=[*alone, recorder, *shared]).up()

    assert all(
        Path(own.path).read_text("utf-8") == Path(each.path).read_text("utf-8")
        for own, each in zip(alone, shared)
    )
    assert recorder.report.title in Path(shared[0].path).read_text("utf-8")


def test_a_shared_recorder_tells_of_a_refusal_in_every_file(tmp_path):
    """No run began, and each file says so."""
    recorder = Recorder(title="shared")
    with ExitStack() as files:
        files.enter_context(pytest.raises(UsageError))
        for end in FORMS:
            report = FileReport(tmp_path / f"r.{end}", recorder=recorder)
            files.enter_context(report)
        raise UsageError("nothing of the kind")

    texts = [path.read_text("utf-8") for path in tmp_path.iterdir()]
    assert [True] * 4 == ["nothing of the kind" in text for text in texts]


def test_a_rich_run_is_written_in_every_form_at_once(api, tmp_path):
    """And nothing of it is secret."""
    reports = [FileReport(tmp_path / f"r.{end}") for end in FORMS]
    rich.run(api, *reports)
    texts = [path.read_text("utf-8") for path in tmp_path.iterdir()]

    assert 4 == len(texts)
    assert not any(word in text for text in texts for word in (rich.SECRET, rich.TOKEN))
