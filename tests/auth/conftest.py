"""One OAuth 2.0 server for all tests of a process, empty for each of them."""

import pytest

from tests.helpers.oauth_server import MISSING, serve_oauth


@pytest.fixture(scope="session")
def oauth_process():
    if MISSING:
        pytest.skip(f"there is no {' and no '.join(MISSING)} for this Python")
    with serve_oauth() as server:
        yield server


@pytest.fixture
def oauth(oauth_process):
    """Return a server that has issued nothing yet."""
    oauth_process.reset()
    return oauth_process
