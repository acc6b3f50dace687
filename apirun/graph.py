"""Which stages depend on which: order, closures, selections; pure."""

import difflib
import heapq
from collections import deque
from typing import Dict, FrozenSet, List, Mapping, Optional, Sequence, Set, Tuple

from apirun._compat import CycleError, TopologicalSorter
from apirun.exceptions import UsageError

__all__ = ["StageGraph"]


class StageGraph:
    """
    Which stages depend on which.

    Args:
        dependencies: From each stage to those that it depends on, in the
            order of the file.

    Raises:
        UsageError: If a name is unknown, or the dependencies go round.

    Example:
        >>> graph = StageGraph({"net": [], "app": ["net"], "docs": []})
        >>> graph.order
        ('net', 'app', 'docs')
        >>> graph.select(to_stage="app")
        ('net', 'app')
    """

    def __init__(self, dependencies: Mapping[str, Sequence[str]]) -> None:
        self._above: Dict[str, Tuple[str, ...]] = {
            name: tuple(above) for name, above in dependencies.items()
        }
        self._below: Dict[str, List[str]] = {name: [] for name in self._above}
        for name, above in self._above.items():
            for other in above:
                if other not in self._above:
                    raise UsageError(
                        f"stage '{name}' depends on '{other}', which is no stage"
                        f"{self._suggest(other)}"
                    )
                self._below[other].append(name)
        self.order: Tuple[str, ...] = self._sorted()
        self._closures: Dict[Tuple[str, bool], FrozenSet[str]] = {}

    def predecessors(self, name: str) -> Tuple[str, ...]:
        """Return what the stage *name* depends on directly."""
        return self._above[name]

    def ancestors(self, name: str) -> FrozenSet[str]:
        """Return all that the stage *name* depends on, directly or indirectly."""
        return self._closure(name, up=True)

    def descendants(self, name: str) -> FrozenSet[str]:
        """Return all that depends on the stage *name*, directly or indirectly."""
        return self._closure(name, up=False)

    def nearest_first(self, name: str) -> Tuple[str, ...]:
        """
        Return the ancestors of *name*, the nearest first.

        Among those equally near, the one later in ``depends_on`` comes first.
        """
        seen: Set[str] = {name}
        found: List[str] = []
        queue = deque([name])
        while queue:
            for other in reversed(self._above[queue.popleft()]):
                if other not in seen:
                    seen.add(other)
                    found.append(other)
                    queue.append(other)
        return tuple(found)

    def within(self, names: Sequence[str]) -> Dict[str, Tuple[str, ...]]:
        """Return what each of *names* depends on directly, among *names*."""
        chosen = frozenset(names)
        return {
            name: tuple(each for each in self.predecessors(name) if each in chosen)
            for name in names
        }

    def reversed(self) -> "StageGraph":
        """Return the graph with every edge turned, in the order of going down."""
        return StageGraph(
            {name: tuple(self._below[name]) for name in reversed(self.order)}
        )

    def select(
        self,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
    ) -> Tuple[str, ...]:
        """
        Return the selected stages in order.

        Args:
            stages: Exactly these.
            from_stage: This one and all that depends on it.
            to_stage: This one and all that it depends on; with *from_stage*,
                what lies on the way, both included.

        Raises:
            UsageError: If a name is unknown, both ways of selecting are used,
                or no way leads from one to the other.
        """
        if isinstance(stages, str):
            raise UsageError(f"stages are a list of names: write ['{stages}']")
        for name in (*stages, from_stage, to_stage):
            if name is not None:
                self.require(name)
        if stages and (from_stage or to_stage):
            raise UsageError(
                "stages are named one by one (--stage, stages=) or as a range "
                "(--from and --to, from_stage= and to_stage=): use one or the other"
            )
        chosen: Set[str] = set(stages or self.order)
        if from_stage is not None:
            chosen &= {from_stage, *self.descendants(from_stage)}
        if to_stage is not None:
            chosen &= {to_stage, *self.ancestors(to_stage)}
        if not chosen and from_stage is not None and to_stage is not None:
            raise UsageError(self._no_way(from_stage, to_stage))
        return tuple(name for name in self.order if name in chosen)

    def _no_way(self, from_stage: str, to_stage: str) -> str:
        message = f"no dependency leads from stage '{from_stage}' to '{to_stage}'"
        if from_stage in self.descendants(to_stage):
            return f"{message}: did you mean --from {to_stage} --to {from_stage}?"
        return f"{message}, so nothing lies between them"

    def require(self, name: str) -> None:
        """
        Refuse a *name* that is no stage.

        Raises:
            UsageError: With the nearest name.
        """
        if name not in self._above:
            raise UsageError(f"there is no stage '{name}'{self._suggest(name)}")

    def _suggest(self, name: str) -> str:
        near = difflib.get_close_matches(name, self._above, n=1)
        if near:
            return f"; did you mean '{near[0]}'?"
        return f"; the stages are: {', '.join(self._above) or 'none'}"

    def _sorted(self) -> Tuple[str, ...]:
        place = {name: index for index, name in enumerate(self._above)}
        sorter = TopologicalSorter(self._above)
        try:
            sorter.prepare()
        except CycleError as error:
            circle = " -> ".join(reversed(error.args[1]))
            raise UsageError(
                f"the dependencies of the stages go round in a circle: {circle}"
            ) from error
        order: List[str] = []
        names = list(self._above)
        ready: List[int] = []
        while sorter.is_active():
            for name in sorter.get_ready():
                heapq.heappush(ready, place[name])
            first = names[heapq.heappop(ready)]
            order.append(first)
            sorter.done(first)
        return tuple(order)

    def _closure(self, name: str, *, up: bool) -> FrozenSet[str]:
        key = (name, up)
        if key not in self._closures:
            edges: Mapping[str, Sequence[str]] = self._above if up else self._below
            found: Set[str] = set()
            stack = list(edges[name])
            while stack:
                other = stack.pop()
                if other not in found:
                    found.add(other)
                    stack.extend(edges[other])
            self._closures[key] = frozenset(found)
        return self._closures[key]
