"""
What an implementation of a protocol can be tested with.

Needs the extra ``pytest``: ``pip install 'apirun-core[pytest]'``.
"""

import pytest

# Before they are imported, so that their asserts tell what they compared.
pytest.register_assert_rewrite(
    "apirun.testing.endings",
    "apirun.testing.keeping",
    "apirun.testing.laws",
    "apirun.testing.locks",
    "apirun.testing.sharing",
)

from apirun.testing.contract import StoreContract  # noqa: E402 - see above
from apirun.testing.records import ending, intent  # noqa: E402 - see above

__all__ = ["StoreContract", "ending", "intent"]
