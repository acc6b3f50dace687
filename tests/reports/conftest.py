"""One rich run, and what there is to tell of it."""

import pytest
from attrs import frozen

from apirun import RunResult
from apirun.reports import Recorder, RunReport
from apirun.testing import serve_api
from tests.helpers.reported_runs import stuck_run
from tests.helpers.server import serve
from tests.reports import rich


@frozen
class Told:
    """A run, its report and its events."""

    result: RunResult
    report: RunReport


@pytest.fixture(scope="session")
def told():
    recorder = Recorder(title="rich | `run`")
    with serve() as api:
        result = rich.run(api, recorder)
    return Told(result, recorder.report)


@pytest.fixture(scope="session")
def stuck():
    """Report a run whose rollback failed, too."""
    with serve_api() as api:
        return stuck_run(api)
