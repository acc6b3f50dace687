"""What holds for any sequence of steps."""

from typing import List, Union

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apirun.state import Ending, Intent
from apirun.stores.memory import MemoryStore
from apirun.testing.base import MakeStore, StoreFixtures
from apirun.testing.records import endings, intents

__all__ = ["LawPromises"]

# A store is made for each example, and each class that inherits this has its own.
FINE = [
    check
    for check in HealthCheck
    if check.name in ("differing_executors", "function_scoped_fixture", "too_slow")
]


class LawPromises(StoreFixtures):
    """What holds for any sequence of steps."""

    @settings(
        max_examples=30,
        deadline=None,
        suppress_health_check=FINE,
        # A store may be slow, and a short example be looked for all day.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    @given(steps=st.lists(intents | endings, max_size=10), reopen=st.integers(1, 12))
    def test_every_store_tells_the_same_history(
        self,
        make_store: MakeStore,
        steps: List[Union[Intent, Ending]],
        reopen: int,
    ) -> None:
        """
        Any sequence of begin and finish gives one history, whatever keeps it.
        """
        memory, store = MemoryStore(), make_store()
        try:
            for number, step in enumerate(steps):
                for each in (memory, store):
                    if isinstance(step, Intent):
                        each.begin(step)
                    else:
                        each.finish(step)
                if number % reopen == 0:
                    store.close()
                assert store.history() == memory.history()
            seen = {
                step.version if isinstance(step, Intent) else step.intent.version
                for step in steps
            }
            for version in seen:
                assert store.recorded(version) == memory.recorded(version)
            assert list(store.runs()) == list(memory.runs())
            assert list(store.runs(limit=3)) == list(memory.runs(limit=3))
        finally:
            store.close()
