"""What every part of the contract for stores has at hand."""

import pickle
from contextlib import contextmanager
from typing import Callable, Iterator, List, Optional

import pytest

from apirun.state import StateStore

__all__ = ["MakeStore", "StoreFixtures", "copied"]

MakeStore = Callable[[], StateStore]


class StoreFixtures:
    """
    The fixtures of a contract, and what a subclass says of its store.

    Attributes:
        persists: Whether a history outlives its process, so that a pickled
            copy of a store, here or in another process, sees the same one.
    """

    persists = True

    @pytest.fixture
    def make_store(self) -> MakeStore:
        """
        Return what makes stores that are empty and share nothing; to override.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError("a contract needs a fixture 'make_store'")

    @pytest.fixture
    def unreachable_store(self) -> Optional[StateStore]:
        """Return a store whose place can't be reached; None if that can't be."""
        return None

    @pytest.fixture
    def look(self) -> Optional[Callable[[], object]]:
        """
        Return what looks at the place of the stores; None if there is none.

        What it returns differs as soon as anything is made there.
        """
        return None

    @pytest.fixture
    def new_store(self, make_store: MakeStore) -> Iterator[MakeStore]:
        """Return what makes stores that are closed with the test."""
        made: List[StateStore] = []

        def make() -> StateStore:
            made.append(make_store())
            return made[-1]

        yield make
        for store in made:
            store.close()

    @pytest.fixture
    def store(self, new_store: MakeStore) -> StateStore:
        """Return an empty store."""
        return new_store()

    def need_persistence(self) -> None:
        """Skip the test if the store forgets with its process."""
        if not self.persists:
            pytest.skip("this store forgets with its process")


@contextmanager
def copied(store: StateStore) -> Iterator[StateStore]:
    """Give a pickled copy of *store*, closed when the block ends."""
    copy: StateStore = pickle.loads(pickle.dumps(store))  # noqa: S301 - just made here
    try:
        yield copy
    finally:
        copy.close()
