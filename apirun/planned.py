"""What a run would do, as values a program can use."""

from typing import Iterable, List, Mapping, Sequence, Tuple

from attrs import frozen

from apirun.measure import WIDTH, clipped, counted, one_line, table
from apirun.plain_data import PlainData
from apirun.state import Direction

__all__ = ["PlannedMigration", "RunPlan", "StagePlan"]

FEW_STAGES = 20


@frozen(kw_only=True)
class PlannedMigration(PlainData):
    """
    One version that a run would send, secrets masked.

    Attributes:
        version: The migration's version.
        name: Its label.
        direction: Which way.
        method: HTTP method; empty if nothing would be sent.
        url: Rendered URL with its queries; values not known yet stand as
            ``(known after infrastructure/001_create_vpc)``.
        headers: Rendered pairs.
        body: Rendered text.
        poll: Method and URL that are polled afterwards; else empty.
        place: File of the migration.
        settle: How an unsettled version would be settled first; else empty.
        problem: Why it can't be rendered as things stand; else empty.

    Example:
        >>> planned = Migrator(network).plan().migrations[0]
        >>> planned.method, planned.url == f"{api_base}/vpcs"
        ('POST', True)
        >>> "10.0.0.0/16" in planned.body
        True
    """

    version: int
    name: str
    direction: Direction
    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = ()
    body: str = ""
    poll: str = ""
    place: str = ""
    settle: str = ""
    problem: str = ""

    def cells(self) -> Tuple[str, str]:
        """
        Return its line: the label with how it is settled, and its request.

        Example:
            >>> Migrator(network).plan().migrations[0].cells()[0]
            '001_create_vpc'
        """
        settled = f" (unsettled, {self.settle})" if self.settle else ""
        return f"{self.name}{settled}", f"{self.method} {self.url}".strip()


@frozen(kw_only=True)
class StagePlan(PlainData):
    """
    What a run would do in one stage.

    Attributes:
        name: Name of the stage.
        migrations: In order.
        skipped: Why the stage would be skipped; else empty.
        condition: The condition, if its value is not known yet.
        applied: How many versions are applied now.
        warnings: What a run would warn of.

    Example:
        >>> plan = Migrator(network).plan()
        >>> [each.name for each in plan.migrations], plan.applied
        (['001_create_vpc'], 0)
    """

    name: str
    migrations: Tuple[PlannedMigration, ...] = ()
    skipped: str = ""
    condition: str = ""
    applied: int = 0
    warnings: Tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return every request in one line, and how many there are."""
        return "\n".join([*_lines(self), _conclusion([self])])


@frozen(kw_only=True)
class RunPlan(PlainData):
    """
    What a run would do; nothing was sent, nothing was written.

    Attributes:
        direction: Which way.
        stages: By name, in order.

    Example:
        >>> plan = Orchestrator([network]).plan()
        >>> {name: len(stage.migrations) for name, stage in plan.stages.items()}
        {'network': 1}
    """

    direction: Direction
    stages: Mapping[str, StagePlan]

    @property
    def shown(self) -> Tuple[StagePlan, ...]:
        """The stages to tell of: of many, those with something to do or to say."""
        stages = tuple(self.stages.values())
        if len(stages) <= FEW_STAGES:
            return stages
        return tuple(each for each in stages if each.migrations or each.warnings)

    @property
    def left_out(self) -> str:
        """How many stages are not `shown`, in words; empty if all are."""
        shown = len(self.shown)
        if shown == len(self.stages):
            return ""
        hidden = counted(len(self.stages) - shown, "stage")
        return f"{'and ' if shown else ''}{hidden} with nothing to do"

    def __str__(self) -> str:
        """Return every request in one line, stage by stage, and how many there are."""
        lines = [line for stage in self.shown for line in _lines(stage)]
        lines += [self.left_out] if self.left_out else []
        return "\n".join([*lines, _conclusion(list(self.stages.values()))])


def _lines(plan: StagePlan) -> List[str]:
    """Return a line for the stage, and one for each of its versions, without bodies."""
    if plan.skipped:
        return [_line(f"{plan.name}: would be skipped, {plan.skipped}")]
    lines = [_line(f"{plan.name}: {_todo(plan.migrations)}, {plan.applied} applied")]
    if plan.condition:
        lines.append(_line(f"  if {plan.condition}"))
    lines += [_line(f"  warning: {text}") for text in plan.warnings]
    rows = table([_row(each) for each in plan.migrations], indent="  ")
    for each, row in zip(plan.migrations, rows.split("\n")):
        lines += [row, *_problem(each)]
    return lines


def _row(planned: PlannedMigration) -> Tuple[str, str]:
    name, request = planned.cells()
    return name, request or "recorded, nothing is sent"


def _problem(planned: PlannedMigration) -> Iterable[str]:
    """Return why a version can't be rendered; a line is as long as it has to be."""
    for at, line in enumerate(planned.problem.split("\n")):
        if line:
            yield f"    {'' if at else 'Error: '}{one_line(line)}"


def _line(text: str) -> str:
    return clipped(one_line(text), WIDTH)


def _todo(migrations: Sequence[PlannedMigration]) -> str:
    if not migrations:
        return "nothing to do"
    down = all(each.direction is Direction.DOWN for each in migrations)
    return f"{counted(len(migrations), 'version')} {'down' if down else 'up'}"


def _conclusion(stages: Sequence[StagePlan]) -> str:
    planned = [each for stage in stages for each in stage.migrations]
    refused = sum(1 for each in planned if each.problem)
    if refused:
        return f"A run would be refused: {counted(refused, 'error')}."
    if not planned:
        return "Nothing would be sent. Nothing was written."
    where = counted(sum(1 for stage in stages if stage.migrations), "stage")
    return f"{counted(len(planned), 'request')} in {where} would be sent."
