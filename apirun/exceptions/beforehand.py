"""What is refused before anything is sent."""

from typing import Optional, Sequence, Tuple

from attrs import define

from apirun.exceptions.root import ApirunError
from apirun.origin import Location, Problem

__all__ = [
    "DocumentError",
    "HistoryError",
    "PrerequisiteError",
    "RenderError",
    "UnsettledError",
    "UsageError",
]

SHOWN_NAMES = 12
"""How many of the known names a message lists."""


@define(str=False)
class DocumentError(ApirunError):
    """
    One or more documents are wrong; nothing was sent and nothing recorded.

    Attributes:
        problems: Everything that is wrong in any of the files, in the order
            of the files and their lines.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("stages.yaml").write_text("stages: [{name: a, cofig_path: b}]")
        >>> try:
        ...     Orchestrator.from_file("stages.yaml")
        ... except DocumentError as error:
        ...     for problem in error.problems:
        ...         print(problem.location, problem.message)
        stages.yaml:1:20 unknown key 'cofig_path': did you mean 'config_path'?
    """

    problems: Tuple[Problem, ...]

    def __str__(self) -> str:
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        listed = "\n".join(str(problem) for problem in self.problems)
        return (
            f"{listed}\n{count} {noun} found. Nothing was sent, nothing was recorded."
        )


@define(str=False)
class UsageError(ApirunError):
    """
    The command or call can't be meant as given; nothing was sent.

    Attributes:
        message: What is wrong, with the value, and what to do instead.

    Example:
        >>> try:
        ...     Orchestrator([network]).up(stages=["netwrok"])
        ... except UsageError as error:
        ...     print(error)
        there is no stage 'netwrok'; did you mean 'network'?
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class PrerequisiteError(UsageError):
    """
    A stage outside the selection stands in the way; nothing was sent.

    Attributes:
        stage: The stage that stands in the way.

    Example:
        >>> shop = Stage(name="shop", depends_on=["network"], store=MemoryStore())
        >>> orchestrator = Orchestrator([network, shop])
        >>> try:
        ...     orchestrator.up(stages=["shop"])
        ... except PrerequisiteError as error:
        ...     orchestrator.up(stages=[error.stage, "shop"]).ok
        True
    """

    stage: str = ""


@define(str=False)
class RenderError(ApirunError):
    """
    A template could not be rendered; this request was not sent.

    Attributes:
        reason: Go's own message.
        location: Where the template stands, if it stands in a file.
        key: The key that holds the template, such as ``up.request.url``.
        name: The variable that is missing, if that is the reason.
        hints: Which stages or migrations could provide the name, and the
            nearest known names, one sentence each.
        known: The names that there are, if none of them is near.
        through: What was declared elsewhere and uses what is wrong, the nearest
            first, such as ``env.zone, declared at stages.yaml:6:16``.

    Example:
        >>> up = Request("POST", "{{.api_bas}}/vpcs")
        >>> vpc = Migration(version=1, name="create_vpc", up=up)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> try:
        ...     Migrator(stage).up()
        ... except RenderError as error:
        ...     print(error.name, "in", error.key)
        api_bas in stage network, 001_create_vpc, up.url
    """

    reason: str
    location: Optional[Location] = None
    key: str = ""
    name: str = ""
    hints: Tuple[str, ...] = ()
    known: Tuple[str, ...] = ()
    through: Tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        key = f"\n  in {self.key}" if self.key else ""
        through = "".join(f"\n  by way of {each}" for each in self.through)
        hints = "".join(f"\n  {hint}" for hint in self.hints)
        known = f"\n  known here: {_some(self.known)}" if self.known else ""
        return f"{place}{self.reason}{key}{through}{hints}{known}"


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")


@define(str=False)
class HistoryError(ApirunError):
    """
    The recorded history and the files do not go together; nothing was sent.

    Attributes:
        message: Which versions, and what to do.
        versions: The versions concerned, ascending.

    Example:
        >>> up = Request("PUT", "{{.api_base}}/vpcs/main")
        >>> older, newer = (Migration(version=n, name="vpc", up=up) for n in (1, 2))
        >>> def migrator(*migrations):
        ...     return Migrator(
        ...         Stage(name="network", migrations=migrations, store=network.store),
        ...         variables={"api_base": api_base},
        ...     )
        >>> migrator(newer).up().ok
        True
        >>> try:
        ...     migrator(older, newer).up()
        ... except HistoryError as error:
        ...     print("give another version to", error.versions)
        give another version to (1,)
    """

    message: str
    versions: Tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.message


@define(str=False)
class UnsettledError(ApirunError):
    """
    A request was begun and its outcome is not known; a person must decide.

    Attributes:
        message: What was begun and when, and the choices.
        version: The version concerned.
        direction: ``up`` or ``down``.

    Example:
        >>> answer = Response(env_from={"vpc_id": "vpc.id"}, env_missing="fail")
        >>> up = Request("POST", "{{.api_base}}/vpcs", response=answer)
        >>> vpc = Migration(version=1, name="create_vpc", up=up)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> migrator = Migrator(stage, variables={"api_base": api_base})
        >>> migrator.up().failure.needs_decision
        True
        >>> try:
        ...     migrator.up()
        ... except UnsettledError as error:
        ...     migrator.settle(
        ...         error.version, as_="applied", variables={"vpc_id": "vpcs-1"}
        ...     ).outcome.value
        'applied'
    """

    message: str
    version: int = 0
    direction: str = "up"

    def __str__(self) -> str:
        return self.message
