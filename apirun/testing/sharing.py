"""A history that several threads, instances and processes use at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from apirun.state import EndingKind, History, StateStore, StoredValue
from apirun.testing.base import MakeStore, StoreFixtures, copied
from apirun.testing.processes import another_process
from apirun.testing.records import ending, intent

__all__ = ["SharingPromises"]

THREADS = 8
PROCESSES = 3
TURNS = 20


class SharingPromises(StoreFixtures):
    """Whoever looks sees whole states, and nobody's lines are lost."""

    def test_identity_tells_stores_apart(self, new_store: MakeStore) -> None:
        """
        Stores that share nothing have different identities, and keep them.
        """
        one, other = new_store(), new_store()
        identity = one.identity
        one.begin(intent(1))

        assert one.identity == identity
        assert other.identity != identity
        assert other.history() == History()

    def test_identity_is_a_place_and_tables(self, store: StateStore) -> None:
        """
        What stands behind the last colon are the tables, and none is empty.
        """
        place, colon, tables = store.identity.rpartition(":")

        assert place
        assert colon
        assert all(tables.split(","))

    def test_identity_is_the_same_exactly_where_tables_are_shared(
        self, store: StateStore
    ) -> None:
        """
        A pickled copy goes by the same identity if it sees the same history.
        """
        store.begin(intent(1))
        with copied(store) as copy:
            store.begin(intent(2))
            shared = copy.history() == store.history()

            assert shared == self.persists
            assert (copy.identity == store.identity) == shared

    def test_eight_threads_share_a_store(self, store: StateStore) -> None:
        """
        Writing and reading from eight threads at once loses no line.
        """
        barrier = threading.Barrier(THREADS)

        def work(thread: int) -> None:
            barrier.wait()
            for turn in range(5):
                begun = intent(thread * 10 + turn)
                store.begin(begun)
                store.history()
                store.finish(ending(begun, captures={"id": StoredValue(str(turn))}))
                assert store.recorded(begun.version).document == begun.document

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))

        history = store.history()
        numbers = [row.id for row in store.runs()]
        assert history.unsettled == ()
        assert [kept.version for kept in history.applied] == [
            t * 10 + n for t in range(THREADS) for n in range(5)
        ]
        assert len(set(numbers)) == THREADS * 5
        assert numbers == sorted(numbers, reverse=True)

    def test_a_reader_sees_whole_states(self, store: StateStore) -> None:
        """
        A version is never seen without what it captured, nor the reverse.
        """
        store.finish(ending(intent(2), captures={"id": StoredValue("2")}))
        done = threading.Event()

        def change() -> None:
            try:
                for turn in range(TURNS):
                    captures = {"id": StoredValue(str(turn))}
                    store.begin(intent(1))
                    store.finish(ending(intent(1), captures=captures))
                    store.finish(ending(intent(1), EndingKind.ROLLED_BACK))
            finally:
                done.set()

        with ExitStack() as stack:
            reader = stack.enter_context(copied(store)) if self.persists else store
            writer = threading.Thread(target=change)
            writer.start()
            looks = 0
            while not done.is_set() or not looks:
                looks += 1
                history = reader.history()
                applied = {kept.version for kept in history.applied}
                assert all(list(kept.captures) == ["id"] for kept in history.applied)
                assert applied.isdisjoint(each.version for each in history.unsettled)
                assert reader.recorded(2).document == intent(2).document
            writer.join()

        assert [kept.version for kept in store.history().applied] == [2]
        assert len(store.runs()) == 1 + 2 * TURNS

    def test_another_process_sees_what_is_recorded(
        self, store: StateStore, tmp_path: Path
    ) -> None:
        """
        What one process records is there for the next one.
        """
        self.need_persistence()
        store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
        store.begin(intent(2))
        with another_process(store, "finish", tmp_path) as process:
            process.wait()
            assert process.returncode == 0

        history = store.history()
        assert [kept.version for kept in history.applied] == [1, 2]
        assert history.unsettled == ()

    def test_begin_survives_a_killed_process(
        self, store: StateStore, tmp_path: Path
    ) -> None:
        """
        Once `begin` has returned the intent is there, however the process ends.
        """
        self.need_persistence()
        with another_process(store, "begin", tmp_path) as process:
            process.kill()
            process.wait()

        assert store.history().unsettled == (intent(2),)

    def test_processes_begin_a_history_at_once(
        self, store: StateStore, tmp_path: Path
    ) -> None:
        """
        Whoever is first makes the place of the history, and nobody fails.
        """
        self.need_persistence()
        with ExitStack() as stack:
            processes = [
                stack.enter_context(another_process(store, "append", tmp_path))
                for _ in range(PROCESSES)
            ]
            for process in processes:
                assert process.stdin is not None
                process.stdin.close()
            assert [process.wait() for process in processes] == [0] * PROCESSES

        assert len(store.runs()) == PROCESSES * TURNS
        assert store.history() == History()
