"""Reports as JSON: the result of the run, with what was sent and answered."""

import json
from collections.abc import Mapping
from typing import Dict, Optional, Tuple

import attrs

from apirun.plain_data import PlainData, to_dict
from apirun.report_document import MigrationEntry, ReportDocument, StageEntry
from apirun.reports.run_report import ReportedMigration, ReportedStage, RunReport
from apirun.results import MigrationResult

__all__ = ["to_json"]

_DEPTH = 4
"""How many levels are unfolded: the run, its stages, a stage, its versions."""

_FIRST = ("form", "title", "version", "begun")


def to_json(report: RunReport) -> str:
    """
    Return a *report* as JSON.

    It is what ``--json`` prints of a run of stages, in which every version
    also has its ``exchanges``, and every stage its ``slot`` and ``warnings``.
    Secrets appear as ``***``. The schema ``report`` describes it, see `schema`.

    Args:
        report: What there is to tell, as a `Recorder` keeps it.

    Example:
        >>> import json
        >>> from apirun.reports import Recorder, to_json
        >>> recorder = Recorder()
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> told = json.loads(to_json(recorder.report))
        >>> vpc = told["stages"]["network"]["migrations"][0]
        >>> told["form"], vpc["outcome"], vpc["exchanges"][0]["status"]
        ('apirun/report/v1', 'applied', 201)
    """
    told = _document(report).unfolded()
    document = {**{name: told[name] for name in _FIRST}, **told}
    return _laid_out(document, _DEPTH) + "\n"


def _laid_out(value: object, depth: int, margin: str = "") -> str:
    """
    Return JSON with a line for each version: to read, to search, to compare.

    Each line is made of its version alone: the plain data of all of them would
    be ten times as many objects as the report itself.
    """
    inner = margin + " "
    if depth and isinstance(value, PlainData):
        value = value.unfolded()
    if depth and isinstance(value, Mapping) and value:
        items = [
            f"{_plain(name)}: {_laid_out(item, depth - 1, inner)}"
            for name, item in value.items()
        ]
        return f"{{\n{inner}" + f",\n{inner}".join(items) + f"\n{margin}}}"
    if depth and isinstance(value, (list, tuple)) and value:
        items = [_laid_out(item, depth - 1, inner) for item in value]
        return f"[\n{inner}" + f",\n{inner}".join(items) + f"\n{margin}]"
    return _plain(to_dict(value))


# Without an indent, json's C code does the work, ten times as fast.
_plain = json.JSONEncoder(ensure_ascii=False).encode


def _document(report: RunReport) -> ReportDocument:
    kept = _fields(report.result)
    kept.update(
        title=report.title,
        version=report.version,
        begun=report.begun,
        stages={name: _stage(stage) for name, stage in report.stages.items()},
        slots=report.slots,
        warnings=report.warnings,
    )
    return ReportDocument(**kept)  # type: ignore[arg-type]  # the fields of a result


def _stage(stage: ReportedStage) -> StageEntry:
    told = {_key(each.result): each for each in stage.migrations}
    kept = _fields(stage.result)
    for which in ("migrations", "rolled_back"):
        results: Tuple[MigrationResult, ...] = getattr(stage.result, which)
        kept[which] = tuple(_migration(each, told.get(_key(each))) for each in results)
    kept.update(depends_on=stage.depends_on, slot=stage.slot, warnings=stage.warnings)
    return StageEntry(**kept)  # type: ignore[arg-type]  # the fields of a result


def _migration(
    result: MigrationResult, told: Optional[ReportedMigration]
) -> MigrationEntry:
    kept = _fields(result)
    if told is not None:
        kept.update(
            exchanges=told.exchanges, left_out=told.left_out, retries=told.retries
        )
    return MigrationEntry(**kept)  # type: ignore[arg-type]  # the fields of a result


def _key(result: MigrationResult) -> Tuple[object, ...]:
    return result.version, result.direction, result.started_at


def _fields(result: attrs.AttrsInstance) -> Dict[str, object]:
    return {
        each.name: getattr(result, each.name) for each in attrs.fields(type(result))
    }
