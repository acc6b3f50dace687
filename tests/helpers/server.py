"""The local API server under its former name, until all tests use the new one."""

from apirun.testing import ApiServer, Received, Reply
from apirun.testing import serve_api as serve

__all__ = ["ApiServer", "Received", "Reply", "serve"]
