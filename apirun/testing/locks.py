"""One runner at a time: `lock`, among threads and among processes."""

import pickle
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apirun.exceptions import StoreLockedError
from apirun.state import History, StateStore
from apirun.testing.base import MakeStore, StoreFixtures, copied
from apirun.testing.processes import another_process
from apirun.testing.records import ending, intent

__all__ = ["LockPromises"]

THREADS = 8


class LockPromises(StoreFixtures):
    """Who holds the lock keeps every other runner out, and only as long."""

    def test_the_lock_lets_one_in_at_a_time(self, store: StateStore) -> None:
        """
        Of eight threads none is in the block with another.
        """
        inside = threading.Semaphore(1)

        def work(_: int) -> None:
            with store.lock(timeout_s=60):
                assert inside.acquire(blocking=False)
                store.history()
                inside.release()

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS * 3)))

    @pytest.mark.parametrize("timeout_s", [0, 0.3, -1])
    def test_the_lock_is_refused_after_the_timeout(
        self, store: StateStore, timeout_s: float
    ) -> None:
        """
        A held lock is refused, says so, and can be taken when it is free again.
        """
        refused = pytest.raises(StoreLockedError)
        with store.lock(timeout_s=0):
            started_s = time.monotonic()
            with refused as caught, store.lock(timeout_s=timeout_s):
                pytest.fail("two runners at once")
            waited_s = time.monotonic() - started_s
        with store.lock(timeout_s=0):
            assert store.history() == History()

        assert timeout_s - 0.05 <= waited_s < timeout_s + 10
        error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - just made here
        assert str(error) == str(caught.value) != ""

    def test_another_instance_is_kept_out(self, store: StateStore) -> None:
        """
        Two stores of the same history lock each other out.
        """
        self.need_persistence()
        refused = pytest.raises(StoreLockedError)
        with copied(store) as copy:
            with store.lock(timeout_s=0), refused, copy.lock(timeout_s=0):
                pytest.fail("two runners at once")
            with copy.lock(timeout_s=0), refused, store.lock(timeout_s=0.05):
                pytest.fail("two runners at once")
            with store.lock(timeout_s=10):
                store.begin(intent(1))

    def test_stores_that_share_nothing_do_not_wait_for_each_other(
        self, new_store: MakeStore
    ) -> None:
        """
        The lock is that of one stage.
        """
        one, other = new_store(), new_store()
        with one.lock(timeout_s=0), other.lock(timeout_s=0):
            one.begin(intent(1))
            other.begin(intent(2))

        assert one.history().unsettled == (intent(1),)

    def test_the_lock_is_free_after_an_error(self, store: StateStore) -> None:
        """
        An error in the block passes through and lets the lock go.
        """
        with pytest.raises(ZeroDivisionError), store.lock(timeout_s=0):
            raise ZeroDivisionError
        with store.lock(timeout_s=0):
            store.begin(intent(1))

    def test_the_holder_reads_and_writes(self, store: StateStore) -> None:
        """
        Within the block everything can be done that can be done without it.
        """
        with store.lock(timeout_s=0):
            store.begin(intent(1))
            assert store.history().unsettled == (intent(1),)
            store.finish(ending(intent(1)))
            assert store.recorded(1).document == intent(1).document
            assert len(store.runs()) == 1

        assert [kept.version for kept in store.history().applied] == [1]

    def test_closing_within_the_block_keeps_the_lock(self, store: StateStore) -> None:
        """
        Others stay out until the block ends, and not only until it closes.
        """
        self.need_persistence()
        refused = pytest.raises(StoreLockedError)
        with copied(store) as copy:
            with store.lock(timeout_s=0):
                store.begin(intent(1))
                store.close()
                with refused, copy.lock(timeout_s=0):
                    pytest.fail("two runners at once")
                store.finish(ending(intent(1)))
            with copy.lock(timeout_s=10):
                assert [kept.version for kept in copy.history().applied] == [1]

    def test_another_process_is_kept_out(
        self, store: StateStore, tmp_path: Path
    ) -> None:
        """
        While another process holds the lock it is refused, and names its holder.
        """
        self.need_persistence()
        refused = pytest.raises(StoreLockedError)
        with another_process(store, "hold", tmp_path) as process:
            with refused as caught, store.lock(timeout_s=0.05):
                pytest.fail("two runners at once")
            assert store.history() == History()
            assert process.stdin is not None
            process.stdin.close()
            with store.lock(timeout_s=30):
                store.begin(intent(1))

        error = caught.value
        assert (error.host, error.pid) in ((socket.gethostname(), process.pid), ("", 0))

    def test_the_lock_is_free_after_its_process_was_killed(
        self, store: StateStore, tmp_path: Path
    ) -> None:
        """
        A process that is killed leaves no lock behind.
        """
        self.need_persistence()
        with another_process(store, "hold", tmp_path) as process:
            process.kill()
            process.wait()
            with store.lock(timeout_s=30):
                store.begin(intent(1))

        assert store.history().unsettled == (intent(1),)
