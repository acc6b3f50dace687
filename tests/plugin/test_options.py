"""Options, the ini file, and what the plugin costs those who don't use it."""

import subprocess
import sys

import pytest


def test_variables_of_the_command_line_win(project):
    """Above those of the call, which are above those of the ini file."""
    project.write_stages(env={"api_base": project.api.url, "a": "", "b": "", "c": ""})
    project.pytester.makeini("[pytest]\napirun_var =\n  a=ini\n  b=ini\n  c=ini")
    project.write(
        "def test_it(apirun_stages):\n"
        "    environment = apirun_stages('show.yaml', variables={'b': 2, 'c': 2})\n"
        "    assert 'ini 2 cli=1' == environment['shown']"
    )
    (project.path / "show.yaml").write_text(
        "stages:\n"
        "  - name: one\n"
        "    config_path: one/config.yaml\n"
        '    env: {shown: "{{.a}} {{.b}} {{.c}}"}\n'
        f"global: {{env: {{api_base: '{project.api.url}'}}}}\n"
    )

    project.run("--apirun-var", "c=cli=1").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("argument", "ini", "told"),
    [
        ("--apirun-var=token", "", "--apirun-var token: NAME=VALUE is meant*"),
        ("--apirun-var==s3cret", "", "--apirun-var ...: NAME=VALUE is meant*"),
        ("-q", "apirun_var = token", "apirun_var token: NAME=VALUE is meant*"),
        ("-q", "apirun_keep = ever", "apirun_keep = ever: one of never, failed*"),
    ],
)
def test_what_cannot_be_meant_is_refused(pytester, argument, ini, told):
    """In one line, before anything runs, and no value is shown."""
    pytester.makeini(f"[pytest]\n{ini}")

    done = pytester.runpytest_subprocess(argument)

    assert pytest.ExitCode.USAGE_ERROR == done.ret
    done.stderr.fnmatch_lines([f"ERROR: {told}"])
    assert "s3cret" not in done.stderr.str()


def test_the_help_shows_the_options_together(pytester):
    """In a group of their own, with the ini options, and the fixtures in theirs."""
    told = pytester.runpytest_subprocess("--help").stdout
    told.fnmatch_lines(
        [
            "stages of API calls (apirun):",
            "*--apirun-keep={never,failed,always}",
            "*--apirun-var=NAME=VALUE",
            "*apirun_keep (string):*",
            "*apirun_var (linelist):*",
        ]
    )
    shown = pytester.runpytest_subprocess("--fixtures").stdout
    shown.fnmatch_lines_random(
        [f"apirun_{name}*" for name in ("stages", "savepoint", "api", "failing_api")]
    )


def test_a_project_that_does_not_use_it_pays_nothing(pytester):
    """Neither apirun nor what it needs is imported, and no file is made."""
    pytester.makepyfile(
        "import sys\n"
        "def test_it():\n"
        "    assert 'apirun_pytest.plugin' in sys.modules\n"
        "    assert not {'apirun', 'attr', 'requests', 'structlog', 'ruamel.yaml',\n"
        "                'filelock', 'hypothesis'} & set(sys.modules)"
    )

    others = ("xdist", "hypothesispytest", "randomly", "cacheprovider")
    done = pytester.runpytest_subprocess(*(f"-pno:{name}" for name in others))

    done.assert_outcomes(passed=1)
    assert ["test_a_project_that_does_not_use_it_pays_nothing.py"] == sorted(
        path.name for path in pytester.path.iterdir() if path.suffix
    )
    assert not (pytester.path / ".apirun").exists()


def test_the_library_does_not_import_pytest():
    """``import apirun`` and its servers do without pytest."""
    code = "import apirun, apirun.testing, sys; print('pytest' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=True
    )

    assert b"False" == done.stdout.strip()
