"""One version of a stage: how to get there, and how to get back."""

from typing import Mapping, Optional, Union

from attrs import field, frozen

from apirun.bounds import at_least, at_most
from apirun.call import Call, CallLike
from apirun.checked_values import checked
from apirun.composing import CallSite, call_site
from apirun.migration.asking import Poll, Probe
from apirun.migration.request import Capture, Request
from apirun.origin import Origin
from apirun.state import Direction

__all__ = ["MAX_VERSION", "Action", "Migration"]

MAX_VERSION = 2**63 - 1
Action = Union[Request, Call]
"""What a migration does in one direction."""


def _action(value: Union[Request, Call, CallLike]) -> Action:
    if isinstance(value, (Request, Call)):
        return value
    if not callable(value) or isinstance(value, type):
        raise TypeError(
            f"this must be a Request or a function of one argument, not {value!r:.80}"
        )
    return Call(value)


def _optional_action(value: Union[Request, Call, CallLike, None]) -> Optional[Action]:
    return None if value is None else _action(value)


@frozen(kw_only=True, field_transformer=checked)
class Migration:
    """
    One version of a stage: how to get there, and how to get back.

    Attributes:
        version: Position in the order, 0 to 2**63 - 1.
        name: Name in snake case, without the version.
        up: What brings it about: a request, or a callable that gets a
            `MigrationContext`; see `Call`.
        down: What undoes it, likewise; None if it can't be undone.
        probe: Tells whether it is there already.
        poll: What must hold after its up; None if its answer is enough.
        title: The ``name`` that the document gives its up request.
        origin: The file it was read from, None if composed in Python.
        made_at: The line of the program that composed it.

    Example:
        >>> grant = Migration(
        ...     version=2,
        ...     name="grant_role",
        ...     up=Request("PUT", "{{.api_base}}/roles/admin/{{.user_id}}"),
        ...     down=Request("DELETE", "{{.api_base}}/roles/admin/{{.user_id}}"),
        ... )
        >>> grant.label
        '002_grant_role'
    """

    version: int = field(validator=[at_least(0), at_most(MAX_VERSION)])
    name: str
    up: Action = field(converter=_action)
    down: Optional[Action] = field(default=None, converter=_optional_action)
    probe: Optional[Probe] = None
    poll: Optional[Poll] = None
    title: str = ""
    origin: Optional[Origin] = field(default=None, eq=False, repr=False)
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )

    @property
    def captures(self) -> Mapping[str, Capture]:
        """What its up captures, out of its answer and out of its poll's."""
        polled = self.poll.request.response.env_from if self.poll else {}
        return {**self.answered, **polled}

    @property
    def answered(self) -> Mapping[str, Capture]:
        """What its up itself captures."""
        if isinstance(self.up, Call):
            told = self.up.captured.items()
            return {name: Capture("", secret) for name, secret in told}
        return self.up.response.env_from

    def action(self, direction: Direction) -> Optional[Action]:
        """Return what it does in *direction*; None if it can't be undone."""
        return self.up if direction is Direction.UP else self.down

    @property
    def label(self) -> str:
        """The version as its file is called: ``001_create_vpc``."""
        if self.origin is not None:
            stem = self.origin.file.replace("\\", "/").rpartition("/")[2]
            return stem.rpartition(".")[0]
        return f"{self.version:03d}_{self.name}"
