"""Whether one answer of a poll says that what a version made is ready."""

from typing import Mapping

from apirun.condition import UndecidedError, holds
from apirun.exceptions import RenderError
from apirun.migration import Poll
from apirun.rendering import Renderer
from apirun.state import StoredValue
from apirun.template import MissingKeyError, compile_template
from apirun.variables import Value

__all__ = ["Readiness", "foresee_readiness"]

UNTIL = "up.poll.until"
FAIL_IF = "up.poll.fail_if"


class Readiness:
    """
    Judges the answers of a poll, one by one.

    What the poll captures is seen as it is in the answer judged, or not at all:
    not as anything else that has the same name.

    Args:
        poll: With its templates.
        render: Over everything else that they see.
    """

    def __init__(self, poll: Poll, render: Renderer) -> None:
        self._poll = poll
        self._names = poll.request.response.env_from
        self._render = render.without(self._names)

    def has_come(self, captures: Mapping[str, StoredValue]) -> bool:
        """
        Return whether ``until`` holds over *captures*.

        Raises:
            RenderError: If a variable is missing that no answer will have, or
                it decides nothing.
        """
        return self._holds(self._poll.until, UNTIL, captures)

    def is_out_of_reach(self, captures: Mapping[str, StoredValue]) -> bool:
        """
        Return whether ``fail_if`` holds over *captures*.

        Raises:
            RenderError: As for `has_come`.
        """
        text = self._poll.fail_if
        return bool(text) and self._holds(text, FAIL_IF, captures)

    def _holds(self, text: str, key: str, captures: Mapping[str, StoredValue]) -> bool:
        found = {
            name: Value(kept.value, kept.secret) for name, kept in captures.items()
        }
        try:
            return holds(text, self._render.under(found), key)
        except RenderError as error:
            if error.name in self._names:
                return False  # the answer does not have it yet
            raise


def foresee_readiness(poll: Poll, render: Renderer, label: str) -> None:
    """
    Find out, before anything is sent, whether answers could be judged.

    Args:
        poll: With its templates.
        render: Over what is known and what will be.
        label: What stands for what the poll will capture.

    Raises:
        RenderError: If a template needs a variable that nothing will provide,
            or decides nothing.
    """
    unknown = {name: Value(unknown=label) for name in poll.request.response.env_from}
    render = render.under(unknown)
    for key, text in ((UNTIL, poll.until), (FAIL_IF, poll.fail_if)):
        try:
            if text:
                holds(text, render, key)
        except UndecidedError:
            _refuse_missing(text, render, key)


def _refuse_missing(text: str, render: Renderer, key: str) -> None:
    """Refuse names that nothing will provide, hidden behind what is unknown."""
    if "hasKey" in text:
        return  # it asks for them itself
    for path in sorted(compile_template(text).references()):
        name = path[1] if path[0] == "env" and len(path) > 1 else path[0]
        if name not in ("env", "auth") and render.variables.get(name) is None:
            shown = ".".join(path)
            message = f'at <.{shown}>: map has no entry for key "{name}"'
            raise render.refused(MissingKeyError(message, line=1, key=name), key)
