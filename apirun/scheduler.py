"""
Named jobs run on an executor as their predecessors finish.

It knows names and futures, not what they stand for. A job starts as soon as
all its predecessors have ended and a slot is free; among those that could
start, the order of the mapping holds. After a job its slot stays empty, and no
successor starts, for a given rest.
"""

import heapq
import threading
import time
from collections import deque
from concurrent.futures import Future
from enum import Enum
from functools import partial
from typing import Any, Callable, Deque, Dict, List, Mapping, Optional, Sequence, Tuple

from attrs import frozen

from apirun.interrupts import held_back

__all__ = ["Schedule", "Verdict", "run_jobs"]


class Verdict(Enum):
    """What the end of a job means for the others."""

    GO_ON = "go_on"
    """Successors may start."""
    BLOCK_SUCCESSORS = "block_successors"
    """All that comes after it is left out; the rest runs."""
    STOP = "stop"
    """Nothing new starts; what runs finishes."""


@frozen(kw_only=True)
class Schedule:
    """
    What the jobs are, and what to do with them.

    Attributes:
        predecessors: From each job to those that must have ended before it.
        slots: How many run at a time; 0 means no limit.
        rest_s: Tells for a job that has ended how many seconds its slot stays
            empty, and no successor starts.
        start: Starts a job and returns its future; called in the scheduling
            thread when the job's turn has come.
        ended: Takes in how a started job ended, and judges it.
        stopping: Whether nothing new may start.
        interrupt: Called for each KeyboardInterrupt while waiting.
    """

    predecessors: Mapping[str, Sequence[str]]
    slots: int
    rest_s: Callable[[str], float]
    start: Callable[[str], "Future[Any]"]
    ended: Callable[[str, "Future[Any]"], Verdict]
    stopping: Callable[[], bool]
    interrupt: Callable[[], None]


def run_jobs(schedule: Schedule) -> Dict[str, str]:
    """
    Run the jobs and return those that were not started.

    Args:
        schedule: What they are. Predecessors that are no jobs count as ended.

    Returns:
        From the job to why it was not started: the name of the job that
        blocks it, or empty if the run was stopped.
    """
    return _Run(schedule).run()


class _Run:
    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        jobs = list(schedule.predecessors)
        self._place = {name: place for place, name in enumerate(jobs)}
        self._waiting_for: Dict[str, int] = {}
        self._successors: Dict[str, List[str]] = {name: [] for name in jobs}
        for name, above in schedule.predecessors.items():
            inside = {other for other in above if other in self._place}
            self._waiting_for[name] = len(inside)
            for other in inside:
                self._successors[other].append(name)
        self._ready = [self._place[n] for n in jobs if not self._waiting_for[n]]
        self._names = jobs
        self._running: Dict[str, Future[Any]] = {}
        self._resting: List[Tuple[float, str, str]] = []
        self._finished: Deque[str] = deque()
        self._bell = threading.Condition()
        self._left = dict.fromkeys(jobs, "")
        self._stopped = False

    def run(self) -> Dict[str, str]:
        heapq.heapify(self._ready)
        interrupted = False
        while True:
            try:
                if interrupted:
                    # Inside, since the next one may strike while this is told.
                    interrupted = False
                    self._schedule.interrupt()
                if not self._turn():
                    return self._left
            except KeyboardInterrupt:
                interrupted = True

    def _turn(self) -> bool:
        """Do what can be done now, then wait; return whether anything is left."""
        self._rest_over()
        while self._finished:
            with held_back():
                self._end(self._finished.popleft())
        self._fill()
        if not (self._running or self._resting or self._finished):
            return False
        with self._bell:
            if not self._finished:
                self._bell.wait(self._pause_s())
        return True

    def _fill(self) -> None:
        while self._ready and self._free() and not self._halted():
            with held_back():
                name = self._names[heapq.heappop(self._ready)]
                del self._left[name]
                future = self._schedule.start(name)
                self._running[name] = future
                future.add_done_callback(partial(self._ring, name))

    def _ring(self, name: str, _: "Future[Any]") -> None:
        with self._bell:
            self._finished.append(name)
            self._bell.notify()

    def _end(self, name: str) -> None:
        verdict = self._schedule.ended(name, self._running.pop(name))
        self._stopped = self._stopped or verdict is Verdict.STOP
        rest_s = self._schedule.rest_s(name)
        if rest_s and not self._halted():
            over_s = time.monotonic() + rest_s
            heapq.heappush(self._resting, (over_s, name, verdict.value))
        else:
            self._conclude(name, verdict)

    def _rest_over(self) -> None:
        now_s = time.monotonic()
        while self._resting and (self._resting[0][0] <= now_s or self._halted()):
            _, name, verdict = heapq.heappop(self._resting)
            self._conclude(name, Verdict(verdict))

    def _conclude(self, name: str, verdict: Verdict) -> None:
        if verdict is Verdict.BLOCK_SUCCESSORS:
            self._block(name)
        elif verdict is Verdict.GO_ON:
            self._release(name)

    def _release(self, name: str) -> None:
        for successor in self._successors[name]:
            self._waiting_for[successor] -= 1
            if not self._waiting_for[successor]:
                heapq.heappush(self._ready, self._place[successor])

    def _block(self, name: str) -> None:
        blocked = list(self._successors[name])
        while blocked:
            successor = blocked.pop()
            if self._left.get(successor) == "":
                self._left[successor] = name
                blocked.extend(self._successors[successor])

    def _free(self) -> bool:
        taken = len(self._running) + len(self._resting)
        return not self._schedule.slots or taken < self._schedule.slots

    def _halted(self) -> bool:
        return self._stopped or self._schedule.stopping()

    def _pause_s(self) -> Optional[float]:
        """Seconds to wait; never without end, so that Ctrl-C and stop are seen."""
        if self._resting:
            return min(0.2, max(0.0, self._resting[0][0] - time.monotonic()))
        return 0.2
