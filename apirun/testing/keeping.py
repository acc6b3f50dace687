"""What a store keeps as it was: numbers, text, large values, and what it knew."""

import pickle
from typing import Callable, Optional

import pytest

from apirun.exceptions import StoreError
from apirun.state import EndingKind, History, Recorded, StateStore, StoredValue
from apirun.testing.base import StoreFixtures, copied
from apirun.testing.records import HIGHEST_VERSION, ending, intent

__all__ = ["KeepingPromises"]

ODD = "Ünïcødé ☃ 日本 \U0001f600 'q' \"q\" \\ \r\n \x00\x01\x1a0\x1b\x7f %s {{.x}} $1"
TEXTS = (
    "name",
    "run_id",
    "digest",
    "idempotency_key",
    "started_at",
    "host",
    "document",
    "document_digest",
    "reason",
    "shown",
)
LARGE = 2_000_000
MANY = 200


class KeepingPromises(StoreFixtures):
    """What is read is what was written, also after closing."""

    def test_a_store_never_written_to_has_no_history(
        self, store: StateStore, look: Optional[Callable[[], object]]
    ) -> None:
        """
        Reading, closing and asking for the identity find nothing and make nothing.
        """
        before = look() if look else None

        assert store.history() == History()
        assert store.recorded(1) == Recorded()
        assert list(store.runs()) == []
        assert list(store.runs(limit=1)) == []
        assert store.identity
        store.close()
        assert store.history() == History()

        assert (look() if look else None) == before

    def test_versions_come_ascending_and_reach_63_bits(self, store: StateStore) -> None:
        """
        Versions from 0 to the highest are kept, in their order.
        """
        versions = [HIGHEST_VERSION, 0, 20240506070809, 2, 10]
        for version in versions:
            store.finish(ending(intent(version)))
        for version in versions:
            store.begin(intent(version))
        history = store.history()

        assert [kept.version for kept in history.applied] == sorted(versions)
        assert [kept.version for kept in history.unsettled] == sorted(versions)
        assert store.recorded(HIGHEST_VERSION).document == intent().document
        assert {row.version for row in store.runs()} == set(versions)

    @pytest.mark.parametrize("text", [ODD, "", " ", "\x00", "null", "0", "'", "{}"])
    def test_text_comes_back_as_it_was(self, store: StateStore, text: str) -> None:
        """
        Any text survives: other scripts, quotes, line ends, NUL, the empty one.
        """
        captures = {text: StoredValue(text), "x": StoredValue(text, secret=True)}
        begun = intent(1, scope=ODD, env=ODD, **dict.fromkeys(TEXTS, text))
        store.begin(begun)
        assert store.history().unsettled == (begun,)
        store.finish(ending(begun, captures=captures, body=text, error=text))

        (applied,) = store.history().applied
        assert applied.captures == captures
        assert (applied.name, applied.document_digest) == (text, text)
        assert store.recorded(1) == Recorded(document=text, scope=ODD, env=ODD)
        row = store.runs()[0]
        assert (row.name, row.body, row.error) == (text, text, text)

    def test_large_values_come_back_whole(self, store: StateStore) -> None:
        """
        Documents, bodies and captured values of megabytes are kept whole.
        """
        large = "größe☃" * (LARGE // 6)
        captures = {"large": StoredValue(large)}
        begun = intent(1, document=large, scope=large)
        store.begin(begun)
        store.finish(ending(begun, captures=captures, body=large))

        assert store.history().applied[0].captures == captures
        assert store.recorded(1).document == large
        assert store.recorded(1).scope == large
        assert store.runs()[0].body == large

    def test_many_versions_come_back_each_with_its_own(self, store: StateStore) -> None:
        """
        No version gets what another one captured.
        """
        for version in range(MANY):
            captures = {f"n{n}": StoredValue(f"{version}.{n}") for n in range(3)}
            begun = intent(version, document=str(version))
            store.finish(ending(begun, captures=captures))
        history = store.history()

        assert len(history.applied) == MANY
        for kept in history.applied:
            assert kept.captures == {
                f"n{n}": StoredValue(f"{kept.version}.{n}") for n in range(3)
            }
        assert store.recorded(MANY - 1).document == str(MANY - 1)

    def test_close_loses_nothing(self, store: StateStore) -> None:
        """
        A closed store opens again when it is next used, and knows what it knew.
        """
        store.close()
        store.begin(intent(1))
        store.close()
        store.close()
        assert store.history().unsettled == (intent(1),)
        store.finish(ending(intent(1)))
        store.close()
        store.finish(ending(intent(2), EndingKind.FAILED))
        store.close()

        assert [kept.version for kept in store.history().applied] == [1]
        assert [row.version for row in store.runs()] == [2, 1]

    def test_pickle_keeps_the_history(self, store: StateStore) -> None:
        """
        An instance survives `pickle`, also while it holds its lock and connection.
        """
        store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
        store.begin(intent(2))
        with store.lock(timeout_s=1):
            data = pickle.dumps(store)
        copy: StateStore = pickle.loads(data)  # noqa: S301 - just made here
        try:
            assert copy.history() == store.history()
            assert copy.recorded(1) == store.recorded(1)
            assert list(copy.runs()) == list(store.runs())
            copy.begin(intent(3))
            assert len(copy.history().unsettled) == 2
        finally:
            copy.close()

    def test_a_place_that_can_not_be_reached_is_a_store_error(
        self, unreachable_store: Optional[StateStore]
    ) -> None:
        """
        Whatever is asked for raises `StoreError`, and says something.
        """
        store = unreachable_store
        if store is None:
            pytest.skip("this store can always be reached")
        uses: list[Callable[[], object]] = [
            store.history,
            store.runs,
            lambda: store.recorded(1),
            lambda: store.begin(intent(1)),
            lambda: store.finish(ending(intent(1))),
        ]
        for use in uses:
            with pytest.raises(StoreError) as caught:
                use()
            assert str(caught.value)
            assert str(pickle.loads(pickle.dumps(caught.value)))  # noqa: S301 - just made here
        store.close()

    def test_a_store_is_made_before_its_place_is_needed(
        self, unreachable_store: Optional[StateStore]
    ) -> None:
        """
        Naming, pickling and closing a store ask for no connection.
        """
        store = unreachable_store
        if store is None:
            pytest.skip("this store can always be reached")
        with copied(store) as copy:
            assert copy.identity == store.identity
        store.close()
