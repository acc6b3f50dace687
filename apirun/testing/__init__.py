"""
Real servers for tests of what calls APIs, and what stores are tested with.

`ApiServer` is a small REST API that remembers, `FailingServer` fails in every
way that a server can; both need the standard library alone. Under pytest they
are the fixtures ``apirun_api`` and ``apirun_failing_api``. `StoreContract`
needs the extra ``pytest``: ``pip install 'apirun-core[pytest]'``.

Example:
    >>> from apirun import MemoryStore, Migration, Orchestrator, Request, Stage
    >>> from apirun.testing import serve_api
    >>> add = Request("POST", "{{.api}}/users", body={"name": "ada"})
    >>> people = Stage(
    ...     name="people",
    ...     migrations=[Migration(version=1, name="add_ada", up=add)],
    ...     store=MemoryStore(),
    ... )
    >>> with serve_api() as api:
    ...     result = Orchestrator([people], variables={"api": api.url}).up()
    >>> result.ok, api.lines
    (True, ['POST /users'])
"""

from typing import TYPE_CHECKING

from apirun.testing.api_server import ApiServer, Received, Reply, serve_api
from apirun.testing.failing import FailingServer, Peer, Script, Sent, serve_failing

if TYPE_CHECKING:
    from apirun.testing.contract import StoreContract
    from apirun.testing.records import ending, intent

__all__ = [
    "ApiServer",
    "FailingServer",
    "Peer",
    "Received",
    "Reply",
    "Script",
    "Sent",
    "StoreContract",
    "ending",
    "intent",
    "serve_api",
    "serve_failing",
]


def __getattr__(name: str) -> object:
    """Import what needs pytest and hypothesis when it is asked for."""
    if name not in ("StoreContract", "ending", "intent"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import pytest  # noqa: PLC0415 - the servers do without it

    # Before they are imported, so that their asserts tell what they compared.
    promises = ("endings", "keeping", "laws", "locks", "sharing")
    pytest.register_assert_rewrite(*(f"{__name__}.{part}" for part in promises))

    from apirun.testing import contract, records  # noqa: PLC0415 - see above

    return getattr(contract if name == "StoreContract" else records, name)
