"""One PostgreSQL server for all tests of stores, and a fresh database for each."""

from typing import Iterator

import pytest

from tests.helpers.postgres import Server, remove_server, start_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Return a running server that no test stops."""
    try:
        server = start_server()
    except RuntimeError as error:
        pytest.skip(str(error))
    yield server
    remove_server(server)


@pytest.fixture
def dsn(postgres_server: Server) -> str:
    """Return how to reach a database that is new and empty."""
    return postgres_server.dsn(postgres_server.create_database())


@pytest.fixture(scope="session")
def _mortal_server() -> Iterator[Server]:
    try:
        server = start_server()
    except RuntimeError as error:
        pytest.skip(str(error))
    yield server
    remove_server(server)


@pytest.fixture
def mortal_server(_mortal_server: Server) -> Server:
    """Return a running server that a test may stop and start."""
    if _mortal_server.process is None:
        _mortal_server.start()
    return _mortal_server
