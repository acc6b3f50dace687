"""The stages of a run as a graph, with what became of each."""

from typing import Dict, Tuple

from apirun._compat import TopologicalSorter
from apirun.drawing import GraphNode, GraphView, Tone
from apirun.durations import format_duration
from apirun.reports.html.markup import Html, joined, tag
from apirun.reports.html.words import section, told
from apirun.reports.run_report import ReportedStage, RunReport

__all__ = ["picture"]


def picture(report: RunReport) -> Html:
    """Return the graph; nothing of it where no stage depends on another."""
    above = {
        name: tuple(other for other in stage.depends_on if other in report.stages)
        for name, stage in report.stages.items()
    }
    if not any(above.values()):
        return joined([])
    return section(
        "graph",
        "Stages and what they depend on",
        tag(
            "div",
            # Its own words, names and reasons are escaped where it is drawn.
            Html(_view(report, above).to_svg()),
            class_="scroll",
            tabindex="0",
            role="group",
            aria_label="Graph of the stages, dependencies on the left",
        ),
    )


def _view(report: RunReport, above: Dict[str, Tuple[str, ...]]) -> GraphView:
    # In the order of the run as far as that has dependencies first.
    order = TopologicalSorter(above).static_order()
    return GraphView(tuple(_node(report.stages[name], above[name]) for name in order))


def _node(stage: ReportedStage, above: Tuple[str, ...]) -> GraphNode:
    result = stage.result
    word, tone = told(result.outcome)
    failure = result.failure
    lost = [each.failure for each in result.rolled_back if each.failure]
    if lost:
        word, tone, failure = f"{word}, rollback failed", Tone.BAD, lost[0]
    elif result.rolled_back:
        word += ", rolled back"
        tone = Tone.DUE if tone is Tone.GOOD else tone
    elif result.started_at and result.migrations:
        word += f" in {format_duration(result.elapsed_s)}"
    reason = failure.message if failure else result.reason
    return GraphNode(
        name=result.name, state=word, tone=tone, depends_on=above, reason=reason
    )
