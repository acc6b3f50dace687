"""Which versions stand, by the histories of their stages."""

from typing import List, Mapping, Sequence

from apirun import Orchestrator, StatusReport
from apirun_pytest.ledger import Pairs, Record

__all__ = ["since", "standing"]


def standing(status: StatusReport) -> Pairs:
    """Return all versions that are applied or unsettled, dependents last."""
    stages = status.stages
    return tuple(
        (name, version.version)
        for name in _in_order({n: s.depends_on for n, s in stages.items()})
        for version in stages[name].versions
        if version.state in ("applied", "unsettled")
    )


def since(record: Record, orchestrator: Orchestrator) -> Pairs:
    """Return what stands now and did not before *record* was begun, in order."""
    before = set(record.before)
    return tuple(pair for pair in standing(orchestrator.status()) if pair not in before)


def _in_order(dependencies: Mapping[str, Sequence[str]]) -> List[str]:
    """Return all names, each behind those that it depends on."""
    order: List[str] = []
    for name in dependencies:
        path = [name]
        while path:
            missing = [n for n in dependencies[path[-1]] if n not in order]
            if missing:
                path.append(missing[0])
            elif path[-1] in order:
                path.pop()
            else:
                order.append(path.pop())
    return order
