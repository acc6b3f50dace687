"""What a picture shows of where a stage stands."""

from apirun.drawing.nodes import GraphNode, Tone
from apirun.status import StageState, StageStatus

__all__ = ["node_of"]

_TONES = {
    StageState.NEVER_RUN: Tone.DUE,
    StageState.UP_TO_DATE: Tone.GOOD,
    StageState.PENDING: Tone.DUE,
    StageState.FAILED: Tone.BAD,
    StageState.UNSETTLED: Tone.DOUBT,
    StageState.SKIPPED: Tone.IDLE,
    StageState.NO_HISTORY: Tone.IDLE,
    StageState.UNKNOWN: Tone.DOUBT,
}
_UNCOUNTED = (StageState.NO_HISTORY, StageState.UNKNOWN)


def node_of(status: StageStatus) -> GraphNode:
    """
    Return the stage of *status* for a picture.

    Example:
        >>> status = StageStatus(name="net", state=StageState.PENDING, pending=2)
        >>> node_of(status).state
        '2 pending'
    """
    return GraphNode(
        name=status.name,
        state=status.word,
        tone=_TONES[status.state],
        applied=None if status.state in _UNCOUNTED else status.applied,
        total=status.total,
        depends_on=status.depends_on,
        reason=status.error,
    )
