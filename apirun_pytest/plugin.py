"""What pytest calls: options, fixtures, and the ends of sessions."""

import os
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Protocol,
)

import pytest

from apirun_pytest.ledger import Ledger
from apirun_pytest.options import add_options, read_options

if TYPE_CHECKING:
    from apirun.testing import ApiServer, FailingServer, Script
    from apirun_pytest.runtime import BringUp, Runtime
    from apirun_pytest.savepoint import Savepoint
    from apirun_pytest.sessions import Note, Session

__all__ = ["ApirunPlugin"]

STATE = Path(".apirun") / "pytest"
"""Where records lie, below the rootdir."""

PLUGIN_NAME = "apirun-session"


class ApirunPlugin:
    """
    The hooks of one process of a run.

    There are three kinds: a pytest without workers, a worker of pytest-xdist,
    and the controller of workers, which runs no test itself.

    Args:
        config: Of this process.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._options = read_options(config)
        self._ledger = Ledger(config.rootpath / STATE)
        self._session: Optional[Session] = None
        self._runtime: Optional[Runtime] = None
        self._crashed: List[str] = []
        self._failed = False
        told = getattr(config, "workerinput", {})
        self._worker: str = told.get("workerid", "") if "apirun" in told else ""
        own = self._ledger.directory / "sessions" / os.urandom(16).hex()
        self._directory = Path(told.get("apirun") or own)

    # No properties: older versions of pytest look at all of a plugin.

    def session(self) -> "Session":
        """Return the run, as this process sees it."""
        if self._session is None:
            from apirun_pytest.sessions import Session  # noqa: PLC0415 - see `__init__`

            self._session = Session(self._directory, self._worker or "main")
        return self._session

    def runtime(self) -> "Runtime":
        """Return what the fixtures do; made when needed, as it imports apirun."""
        if self._runtime is None:
            from apirun_pytest.runtime import Runtime  # noqa: PLC0415 - see above

            self._runtime = Runtime(
                self._config.rootpath,
                self._ledger,
                self.session(),
                options=self._options,
                shared=bool(self._worker),
            )
        return self._runtime

    def pytest_report_header(self) -> str:
        """Say where the state is, and what stands already."""
        header = f"apirun: state in {STATE.as_posix()}, keep {self._options.keep.value}"
        standing = ", ".join(self._ledger.labels())
        return f"{header}, standing: {standing}" if standing else header

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Take down what a session left that died."""
        if self._config.pluginmanager.hasplugin("dsession"):
            # There will be workers, which must not take this run for a dead one.
            self._directory = self._meeting_place()
            self.session().join()
        if self._sweeps() and self._ledger.has_loose():
            self.runtime().environments.sweep(last=False)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: "_Node") -> None:
        """Tell a worker of pytest-xdist where all processes of the run meet."""
        self.session().expect(node.gateway.id)
        node.workerinput["apirun"] = str(self._directory)
        # Only now, so that no worker takes itself for the last one too early.
        for worker in self._crashed:
            self.session().finish(worker)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: "_Node", error: object) -> None:
        """Note that a worker crashed, if it did."""
        if error:
            self._crashed.append(node.gateway.id)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed, in whichever process."""
        if report.failed and not self._failed:
            self._failed = True
            if self._session is not None:
                self._session.fail()

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Take down what stands, if this is the last process to end."""
        self.end()
        if self._worker:
            return
        if self._sweeps() and self._ledger.has_loose():
            self.runtime().environments.sweep(last=True)
        if any(note.left for note in self._notes()) and not session.exitstatus:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_assertrepr_compare(
        self, op: str, left: object, right: object
    ) -> Optional[List[str]]:
        """Hide what is secret in an environment that a test compares."""
        if self._runtime is None:
            return None
        from apirun_pytest.comparing import compare  # noqa: PLC0415 - see `__init__`

        return compare(op, left, right)

    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter"
    ) -> None:
        """Say what was set up, taken down, and left."""
        errors = [str(each.longrepr) for each in terminalreporter.getreports("error")]
        for note in self._notes():
            text = note.text
            if any(text in error for error in errors):
                text = text.splitlines()[0]
            if note.left or note.kept or self._config.getoption("verbose") >= 0:
                terminalreporter.write_line(f"apirun: {text}", red=note.left)

    def pytest_unconfigure(self) -> None:
        """Be gone, without a trace if nothing is left."""
        if self._session is not None:
            self._session.leave()
            if not self._worker:
                rmtree(self._directory, ignore_errors=True)

    def end(self) -> List[str]:
        """Leave all environments; return why something is left."""
        if self._session is None and not self._worker:
            return []
        if self._failed:
            self.session().fail()
        last = not self._worker or self.session().finish(self._worker)
        if last and self._ledger.is_used_by(self._directory):
            return self.runtime().environments.release()
        return []

    def _sweeps(self) -> bool:
        """Whether this is a run that may send requests by itself."""
        return not (self._worker or self._config.option.collectonly)

    def _notes(self) -> "List[Note]":
        return [] if self._session is None else self._session.notes()

    def _meeting_place(self) -> Path:
        """Return a directory for the run, where projects without stages have one."""
        # pytest-xdist asks the same way, just before this; there is no other.
        factory = getattr(self._config, "_tmp_path_factory", None)
        return factory.getbasetemp() / "apirun" if factory else self._directory


class _Node(Protocol):
    """A worker, as its controller sees it; pytest-xdist has no types."""

    gateway: Any
    workerinput: Dict[str, object]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options."""
    add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    config.pluginmanager.register(ApirunPlugin(config), PLUGIN_NAME)


@pytest.fixture(scope="session")
def apirun_stages(pytestconfig: pytest.Config) -> "Iterator[BringUp]":
    """
    Return what brings stages up, once for the session and all its workers.

    ``apirun_stages("stages.yaml", variables={...})`` takes a path, relative to
    pytest's rootdir, an `apirun.Orchestrator`, or a list of `apirun.Stage`, and
    returns an `apirun.Environment`: a mapping of the variables, and ``.stages``
    by stage. The same call gives the same environment. What it applied is
    rolled back at the end of the session, by the last worker.
    """
    plugin = _plugin(pytestconfig)
    yield plugin.runtime().stages
    _report(plugin.end())


@pytest.fixture
def apirun_savepoint(pytestconfig: pytest.Config) -> "Iterator[Savepoint]":
    """
    Return a savepoint: what the test applies by its ``up`` ends with the test.

    ``apirun_savepoint.up(Migration(...), variables=environment)`` takes
    migrations, or what ``apirun_stages`` takes.
    """
    savepoint = _plugin(pytestconfig).runtime().savepoint()
    yield savepoint
    _report(savepoint.roll_back())


@pytest.fixture
def apirun_api() -> "Iterator[ApiServer]":
    """Return a local API server that remembers, see `apirun.testing.ApiServer`."""
    from apirun.testing import serve_api  # noqa: PLC0415 - see `__init__`

    with serve_api() as api:
        yield api


@pytest.fixture
def apirun_failing_api() -> "Iterator[Callable[..., FailingServer]]":
    """
    Return what serves scripts of `apirun.testing.failing` until the test ends.

    ``apirun_failing_api(reset_after_request, answer(200))`` plays one script per
    connection; the last one stays.
    """
    from apirun.testing import serve_failing  # noqa: PLC0415 - see `__init__`

    with ExitStack() as servers:

        def serve(*scripts: "Script") -> "FailingServer":
            return servers.enter_context(serve_failing(*scripts))

        yield serve


def _plugin(config: pytest.Config) -> ApirunPlugin:
    plugin = config.pluginmanager.get_plugin(PLUGIN_NAME)
    assert isinstance(plugin, ApirunPlugin)
    return plugin


def _report(left: List[str]) -> None:
    if left:
        pytest.fail("\n".join(left), pytrace=False)
