"""
The pytest plugin of apirun: stages that tests stand on, and servers for them.

It is a package beside ``apirun``, because pytest imports it in every project
that it is installed for; ``apirun`` itself is imported by what uses it.

Fixtures are ``apirun_stages``, ``apirun_savepoint``, ``apirun_api`` and
``apirun_failing_api``; `BringUp` and `Savepoint` are the types of the first two.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apirun_pytest.runtime import BringUp
    from apirun_pytest.savepoint import Savepoint

__all__ = ["BringUp", "Savepoint"]


def __getattr__(name: str) -> object:
    """Import what needs apirun when it is asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from apirun_pytest import runtime, savepoint  # noqa: PLC0415 - see above

    return getattr(runtime if name == "BringUp" else savepoint, name)
