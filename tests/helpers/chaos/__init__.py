"""The failing server under its former name, until all tests use the new one."""

from apirun.testing.failing import *  # noqa: F403 - re-exports all of it
from apirun.testing.failing import FailingServer as Chaos
from apirun.testing.failing import serve_failing as chaos

__all__ = ["Chaos", "chaos"]
