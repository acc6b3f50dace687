"""The JSON Schemas of all that is read as a file, and of all that is told as JSON."""

from typing import Any, Dict, Mapping, Tuple

from attrs import frozen

from apirun.documents import KINDS, file_schema
from apirun.documents.faults import suggest
from apirun.drawing import GraphView
from apirun.error_report import ErrorReport
from apirun.events import Event
from apirun.exceptions import UsageError
from apirun.plain_data import PlainData
from apirun.planned import RunPlan, StagePlan
from apirun.report_document import ReportDocument
from apirun.results import MigrationResult, RunResult, StageResult
from apirun.state import RunRow
from apirun.status import StageStatus, StatusReport
from apirun.validation import Validation
from apirun.value_schema import value_schema

__all__ = ["schema"]


@frozen(kw_only=True)
class _Created(PlainData):
    """
    The file of a new migration, to be filled in.

    Attributes:
        path: Where it is.
    """

    path: str


_VALUES: Mapping[str, Any] = {
    "run": RunResult,
    "stage-run": StageResult,
    "plan": RunPlan,
    "stage-plan": StagePlan,
    "status": StatusReport,
    "stage-status": StageStatus,
    "history": Tuple[RunRow, ...],
    "validation": Validation,
    "graph": GraphView,
    "settlement": MigrationResult,
    "created": _Created,
    "error": ErrorReport,
    "report": ReportDocument,
    "event": Event,
}


def schema(kind: str) -> Dict[str, object]:
    """
    Return the JSON Schema of a file, or of what a value converts to.

    Of the files: ``stages`` for stages.yaml, ``config`` for config.yaml and
    ``migration`` for ``NNN_name.yaml``, as editors take them. They know every
    key and the kinds of the values; what a file means as a whole,
    `Orchestrator.validate` tells.

    Of the values, which is what commands print with ``--json``:

    - ``run`` (`RunResult`): ``stages up``, ``stages down``, ``stages adopt``;
    - ``stage-run`` (`StageResult`): ``up``, ``down``, ``adopt``;
    - ``plan`` (`RunPlan`), ``stage-plan`` (`StagePlan`): the same with
      ``--dry-run``;
    - ``status`` (`StatusReport`): ``stages status``;
    - ``stage-status`` (`StageStatus`): ``status``;
    - ``validation`` (`Validation`): ``validate``, ``stages validate``;
    - ``graph`` (`GraphView`): ``stages graph``;
    - ``settlement`` (`MigrationResult`): ``settle``;
    - ``created``: ``create``;
    - ``error`` (`ErrorReport`): any command that is refused;
    - ``report``: the file that ``--report FILE.json`` writes;
    - ``history``: what `Migrator.history` returns;
    - ``event``: any event.

    Args:
        kind: One of these.

    Returns:
        The schema as plain data. Of a value every key is required, and there
        are no others.

    Raises:
        UsageError: If there is no such kind.

    Example:
        >>> schema("stages")["required"]
        ['stages']
        >>> schema("run")["properties"]["ok"]["type"]
        'boolean'

    Source: JSON Schema, draft 7, which the language servers for YAML take.
    """
    if kind in KINDS:
        return file_schema(kind)
    if kind in _VALUES:
        return value_schema(_VALUES[kind], title=f"apirun: {kind}")
    hint = suggest(kind, [*KINDS, *_VALUES])
    raise UsageError(f"there is no schema '{kind}'{hint}")
