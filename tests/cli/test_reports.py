"""Files that --report names."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cli.test_signals import hold_a_request, start, wait_to_be_heard
from tests.reports.strict_junit import complaints

EVERY = ("r.xml", "r.json", "r.md", "r.html")
ALL = tuple(word for name in EVERY for word in ("--report", name))


def reports(project):
    """Return what the first three reports hold."""
    junit, document, page, html = (
        (project.directory / name).read_text("utf-8") for name in EVERY
    )
    assert [] == complaints(junit)
    assert html.rstrip().endswith("</html>")
    return junit, json.loads(document), page


@pytest.mark.parametrize("extra", [[], ["--json"], ["-q"]], ids=str)
def test_every_form_is_written_in_one_run(project, extra):
    """Whatever else is shown; the title is the path of the file of settings."""
    done = project.stages("up", *ALL, *extra)
    junit, document, page = reports(project)

    assert 0 == done.code, done.err
    assert 'tests="3" failures="0" errors="0"' in junit
    assert ("stages.yaml", True) == (document["title"], document["ok"])
    assert page.startswith("# ✅ <code>stages.yaml</code>: 3 versions applied in ")
    if "--json" in extra:
        assert json.loads(done.out).keys() <= document.keys()
    if "-q" in extra:
        assert ("", "") == (done.out, done.err)


@pytest.mark.parametrize(
    "words",
    [
        ["up", "--config", "app/config.yaml"],
        ["down", "--config", "app/config.yaml"],
        ["adopt", "--config", "app/config.yaml", "--unprobed"],
        ["stages", "down"],
        ["stages", "adopt", "--unprobed"],
    ],
    ids=" ".join,
)
def test_every_command_that_runs_something_writes_them(project, words):
    """Also for one directory, and for what is adopted."""
    if "down" in words:
        assert 0 == project.stages("up").code
    variable = (
        ["--var", f"api_base={project.server.url}"] if "stages" != words[0] else []
    )
    done = project.run(*words, *variable, *ALL)
    _, document, page = reports(project)

    assert 0 == done.code, done.err
    assert "down" in words or document["direction"] == "up"
    assert document["ok"]
    assert ("adopted" if "adopt" in words else "version") in page.splitlines()[0]


def test_a_process_variable_names_files_like_a_search_path(project):
    """As other lists of files in process variables are written."""
    done = project.stages("up", env={"APIRUN_REPORT": os.pathsep.join(EVERY)})

    assert 0 == done.code, done.err
    assert reports(project)[1]["ok"]


def test_a_failed_run_is_told_and_keeps_its_exit_code(project):
    """The first that a CI server shows is what went wrong."""
    project.migration("database").write_text(
        "up: {request: {method: GET, url: '{{.api_base}}/things/no'}}\n"
    )
    done = project.stages("up", *ALL)
    junit, document, page = reports(project)

    assert 1 == done.code
    assert 'tests="3" failures="1" errors="0"' in junit
    assert "database" == document["failed_stage"]
    assert "answer    404" in page.partition("| stage |")[0]


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (["--stage", "app"], 2, "PrerequisiteError"),
        (["--stage", "ap"], 2, "UsageError"),
        (["--stage", "network", "--var", "api_base={{.no}}"], 2, "RenderError"),
    ],
    ids=str,
)
def test_a_refused_run_is_told(project, words, code, kind):
    """A page without a report would look as if nothing had been wrong."""
    if kind == "RenderError":
        project.write(env={})
        words = words[:2]
    done = project.stages("up", *words, *ALL)
    junit, document, page = reports(project)

    assert code == done.code
    assert f'type="{kind}"' in junit
    assert (kind, False) == (document["failure"]["kind"], document["begun"])
    assert "refused, nothing was sent" in page.splitlines()[0]
    assert [] == project.server.standing


def test_a_wrong_document_is_told(project):
    """It is found before there is any run."""
    project.migration("app").write_text("upp: {}\n")
    done = project.stages("down", *ALL)
    junit, document, _ = reports(project)

    assert 2 == done.code
    assert "unknown key 'upp': did you mean 'up'?" in junit
    assert ("DocumentError", "down") == (
        document["failure"]["kind"],
        document["direction"],
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--report", "r.txt"], "its ending has to be .html, .json, .md or .xml"),
        (["--report", "no/r.xml"], "there is no directory 'no', create it first"),
        (
            ["--report", "app/../r.md", "--report", "r.md"],
            "names the file 'r.md' twice",
        ),
        (["--report", "r.md", "--dry-run"], "--dry-run writes nothing"),
    ],
    ids=str,
)
def test_what_can_not_be_written_is_refused_at_once(project, words, told):
    """Nothing is sent and nothing is written."""
    before = sorted(project.directory.iterdir())
    done = project.stages("up", *words)

    assert (2, "") == (done.code, done.out)
    assert told in done.err
    assert "Traceback" not in done.err
    assert before == sorted(project.directory.iterdir())
    assert [] == project.server.standing


def test_a_report_in_a_directory_that_is_gone_is_refused(project):
    """Its path can't be told any more, which is no defect of the program."""
    stages = project.directory / "stages.yaml"
    done = subprocess.run(
        [
            *("sh", "-c", 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', "sh"),
            *(sys.executable, "-m", "apirun_cli", "stages", "up"),
            *("--config", str(stages), "--report", "r.md"),
        ],
        cwd=str(project.directory),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert (2, []) == (done.returncode, project.server.requests)
    assert "the directory that this was started in is gone" in done.stderr


@pytest.mark.parametrize("quiet", [[], ["-q"]], ids=str)
def test_a_report_that_is_lost_is_told_and_changes_nothing(project, quiet):
    """Once, even where only errors are shown; the exit code is that of the run."""
    (project.directory / "out").mkdir()
    project.server.delay_s = 0.5
    process = start(project, "stages", "up", "--report", "out/r.xml", *quiet)
    deadline_s = time.monotonic() + 20
    while not project.server.created and time.monotonic() < deadline_s:
        time.sleep(0.05)
    (project.directory / "out").rmdir()
    _, err = process.communicate(timeout=30)

    assert 0 == process.returncode, err
    told = "the report out/r.xml was not written: No such file or directory"
    assert (1, 0) == (err.count(told), err.count("Traceback"))


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_run_leaves_its_reports(project, times):
    """Once: what is under way is finished; twice: it is unsettled."""
    project.server.go_on.clear()
    process = start(project, "stages", "up", "-v", *ALL)
    hold_a_request(project, process)
    process.send_signal(signal.SIGINT)
    wait_to_be_heard(process)
    if times == 2:
        process.send_signal(signal.SIGINT)
    else:
        project.server.go_on.set()
    _, err = process.communicate(timeout=60)
    _, document, page = reports(project)

    assert 130 == process.returncode, err
    assert "Traceback" not in err
    assert (True, False) == (document["interrupted"], document["ok"])
    network = document["stages"]["network"]["migrations"][0]["outcome"]
    assert ("applied" if times == 1 else "unsettled") == network
    assert "interrupted after" in page.splitlines()[0]
