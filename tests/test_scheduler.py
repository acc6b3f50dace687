"""Jobs that wait for each other, on real threads and random graphs."""

import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.scheduler import Schedule, Verdict, run_jobs


@st.composite
def graphs(draw):
    """Draw a graph in file order: each job may wait for any earlier one."""
    count = draw(st.integers(1, 12))
    names = [f"j{number}" for number in range(count)]
    return {
        name: draw(st.lists(st.sampled_from(names[:at]), unique=True)) if at else []
        for at, name in enumerate(names)
    }


class Recorder:
    """What was started and ended, in order, and how many ran at once."""

    def __init__(self, graph, slots, verdicts):
        self.graph, self.slots, self.verdicts = graph, slots, verdicts
        self.log, self.running, self.most = [], 0, 0
        self.lock = threading.Lock()

    def work(self, name):
        """Count who runs at this moment."""
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        with self.lock:
            self.running -= 1

    def run(self):
        """Run the graph, and return what was left out."""
        with ThreadPoolExecutor(4) as pool:

            def start(name):
                self.log.append(("start", name))
                return pool.submit(self.work, name)

            def ended(name, future):
                future.result()
                self.log.append(("end", name))
                return self.verdicts.get(name, Verdict.GO_ON)

            return run_jobs(
                Schedule(
                    predecessors=self.graph,
                    slots=self.slots,
                    rest_s=lambda _: 0.0,
                    start=start,
                    ended=ended,
                    stopping=lambda: False,
                    interrupt=lambda: None,
                )
            )


def below(graph, name):
    """Return all that waits for *name*, directly or not."""
    found = {name}
    for other, above in graph.items():
        if found & set(above):
            found.add(other)
    return found - {name}


@settings(max_examples=60)
@given(graphs(), st.integers(0, 3))
def test_each_job_runs_once_after_all_that_it_waits_for(graph, slots):
    """And never more at a time than there are slots."""
    recorder = Recorder(graph, slots, {})

    assert {} == recorder.run()
    starts = [name for what, name in recorder.log if what == "start"]
    assert sorted(graph) == sorted(starts)
    for name, above in graph.items():
        begun = recorder.log.index(("start", name))
        assert {("end", other) for other in above} <= set(recorder.log[:begun])
    assert recorder.most <= (slots or len(graph))


@settings(max_examples=60)
@given(graphs(), st.data())
def test_blocking_leaves_out_exactly_what_comes_after(graph, data):
    """Each job that is left out is told a job that blocks it."""
    blocker = data.draw(st.sampled_from(sorted(graph)))
    recorder = Recorder(graph, 2, {blocker: Verdict.BLOCK_SUCCESSORS})

    left = recorder.run()

    assert below(graph, blocker) == set(left)
    assert {blocker} >= set(left.values())


@settings(max_examples=60)
@given(graphs(), st.data())
def test_after_a_stop_nothing_starts(graph, data):
    """What runs may still end."""
    stopper = data.draw(st.sampled_from(sorted(graph)))
    recorder = Recorder(graph, 1, {stopper: Verdict.STOP})

    left = recorder.run()

    ended = recorder.log.index(("end", stopper))
    assert [] == [what for what in recorder.log[ended:] if what[0] == "start"]
    assert below(graph, stopper) <= set(left)


def test_equals_run_in_the_order_of_the_file():
    """With one slot, jobs that wait for nothing start as they are listed."""
    recorder = Recorder({"b": [], "a": [], "c": []}, 1, {})

    recorder.run()

    assert ["b", "a", "c"] == [name for what, name in recorder.log if what == "start"]
