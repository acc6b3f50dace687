"""The store of the example keeps every promise that stores make."""

import pytest

from apirun.testing import StoreContract
from examples.embedding.own_store import JsonStore


class TestJsonStore(StoreContract):
    """A history in a JSON file."""

    @pytest.fixture
    def make_store(self, tmp_path):
        numbers = iter(range(100))
        return lambda: JsonStore(str(tmp_path / f"history-{next(numbers)}.json"))

    @pytest.fixture
    def unreachable_store(self, tmp_path):
        return JsonStore(str(tmp_path / "no-such-directory" / "history.json"))

    @pytest.fixture
    def look(self, tmp_path):
        return lambda: sorted(tmp_path.iterdir())
