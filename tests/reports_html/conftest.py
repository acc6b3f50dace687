"""Reports of real runs, made once."""

import pytest

from apirun.testing import serve_api
from tests.helpers.reported_runs import failed_run, long_run, quiet_run, stuck_run


@pytest.fixture(scope="session")
def failed():
    """Report a run with a failure, a rollback, polls, a callable, secrets."""
    with serve_api() as api:
        return failed_run(api)


@pytest.fixture(scope="session")
def quiet():
    """Report a run that found nothing to do."""
    with serve_api() as api:
        return quiet_run(api)


@pytest.fixture(scope="session")
def stuck():
    """Report a run whose rollback failed, too."""
    with serve_api() as api:
        return stuck_run(api)


@pytest.fixture(scope="session")
def long():
    """Report a run of 300 stages and 1,000 versions."""
    with serve_api() as api:
        return long_run(api)
