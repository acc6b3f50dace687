"""Whether the stages of a stages.yaml fit together by their names."""

from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from apirun.documents.faults import Fault, suggest
from apirun.documents.scalars import is_null

__all__ = ["check_names"]


def check_names(data: object) -> Iterator[Fault]:
    """
    Return what is wrong with the names and references of stages.

    Args:
        data: Data of a stages.yaml, well-formed or not; what is not, is told
            by whoever reads it and left out here.
    """
    entries = _mappings(_get(data, "stages"))
    names = {index: _word(entry.get("name")) for index, entry in entries}
    first: Dict[str, int] = {}
    for index, name in names.items():
        if name and first.setdefault(name, index) != index:
            yield Fault(
                f"a stage named '{name}' stands above already: rename one of them",
                f"stages.{index}.name",
            )
    graph: Dict[str, List[str]] = {name: [] for name in first}
    places: Dict[Tuple[str, str], str] = {}
    for index, entry in entries:
        own = names[index]
        seen: Set[str] = set()
        for position, wanted in _words(entry.get("depends_on")):
            key = f"stages.{index}.depends_on.{position}"
            if wanted in seen:
                yield Fault(f"'{wanted}' is named twice: once is enough", key)
            elif wanted not in first:
                end = suggest(wanted, list(first))
                yield Fault(f"there is no stage '{wanted}' to depend on{end}", key)
            elif own:
                graph[own].append(wanted)
                places[own, wanted] = key
            seen.add(wanted)
    yield from _check_cycles(graph, places)
    for index, entry in entries:
        yield from _check_env_from(
            _mappings(entry.get("env_from_stages")), index, names[index], graph
        )


def _check_cycles(
    graph: Mapping[str, Sequence[str]], places: Mapping[Tuple[str, str], str]
) -> Iterator[Fault]:
    """Tell one cycle for each knot of stages, as ``a -> b -> a``."""
    done: Set[str] = set()
    for start in graph:
        path: List[str] = []
        on_path: Set[str] = set()
        walks = [] if start in done else [iter((start,))]
        while walks:
            following = next(walks[-1], None)
            if following is None:
                walks.pop()
                if path:
                    left = path.pop()
                    on_path.discard(left)
                    done.add(left)
            elif following in on_path:
                cycle = [*path[path.index(following) :], following]
                told = " -> ".join(cycle)
                key = places[path[-1], following]
                yield Fault(f"these stages depend on each other: {told}", key)
            elif following not in done:
                path.append(following)
                on_path.add(following)
                walks.append(iter(graph[following]))


def _check_env_from(
    wanted: Sequence[Tuple[int, Mapping[str, object]]],
    index: int,
    own: str,
    graph: Mapping[str, Sequence[str]],
) -> Iterator[Fault]:
    reach: Optional[Set[str]] = None
    for position, item in wanted:
        stage = _word(item.get("stage"))
        if not stage:
            continue
        key = f"stages.{index}.env_from_stages.{position}.stage"
        if stage not in graph:
            yield Fault(
                f"there is no stage '{stage}'{suggest(stage, list(graph))}", key
            )
            continue
        if stage == own:
            yield Fault(f"'{own}' can't take variables from itself", key)
            continue
        reach = _ancestors(own, graph) if reach is None else reach
        if stage not in reach:
            yield Fault(
                f"'{own}' does not depend on '{stage}', directly or indirectly: add it "
                "to 'depends_on'",
                key,
            )


def _ancestors(name: str, graph: Mapping[str, Sequence[str]]) -> Set[str]:
    reach: Set[str] = set()
    ahead = list(graph.get(name, ()))
    while ahead:
        current = ahead.pop()
        if current not in reach:
            reach.add(current)
            ahead.extend(graph[current])
    return reach


def _get(data: object, key: str) -> object:
    return data.get(key) if isinstance(data, dict) else None


def _mappings(value: object) -> List[Tuple[int, Mapping[str, object]]]:
    items = value if isinstance(value, list) else []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, dict)]


def _words(value: object) -> List[Tuple[int, str]]:
    items = value if isinstance(value, list) else []
    return [(index, _word(item)) for index, item in enumerate(items) if _word(item)]


def _word(value: object) -> str:
    return str(value) if isinstance(value, str) and not is_null(value) else ""
