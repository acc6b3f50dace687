"""What can be told of documents without sending, reading or writing anything."""

from typing import Mapping, Tuple

from attrs import frozen

from apirun.measure import counted, one_line, table
from apirun.origin import Problem
from apirun.plain_data import PlainData

__all__ = ["MissingVariable", "StageValidation", "Validation"]


@frozen(kw_only=True)
class StageValidation(PlainData):
    """
    What the documents say of one stage.

    Attributes:
        name: Name of the stage.
        migrations: How many there are.
        irreversible: Those that have no ``down``, by their labels.

    Example:
        >>> stage = Orchestrator([network]).validate().stages["network"]
        >>> stage.migrations, stage.irreversible
        (1, ())
    """

    name: str
    migrations: int
    irreversible: Tuple[str, ...] = ()


@frozen(kw_only=True)
class MissingVariable(PlainData):
    """
    A variable that a template uses, and that has no value here.

    A run needs it by ``--var`` or ``variables=``, unless a history holds it.

    Attributes:
        name: The variable.
        used_by: One of those that use it, such as ``network/001_create_vpc``;
            the stage, if it is one of its settings.
        unset: Whether it is declared, and takes its value from a variable of
            the process that is not set.
        hints: Which stages or migrations could provide it, and the nearest
            known names, one sentence each.
        problem: Where it is used, in the words of a run that is refused.

    Example:
        >>> up = Request("POST", "{{.api_base}}/{{.region}}/vpcs")
        >>> vpc = Migration(version=1, name="create_vpc", up=up)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> missing = Orchestrator([stage]).validate().missing
        >>> [(each.name, each.used_by) for each in missing]
        [('api_base', 'network/001_create_vpc'), ('region', 'network/001_create_vpc')]
    """

    name: str
    used_by: str
    unset: bool = False
    hints: Tuple[str, ...] = ()
    problem: Problem


@frozen(kw_only=True)
class Validation(PlainData):
    """
    What can be told of documents without sending, reading or writing anything.

    That they can be read is certain: what is wrong in them raises
    `DocumentError` when they are. This tells what a first run up, and the way
    back, would make of them.

    Attributes:
        ok: Whether nothing is wrong.
        ready: Whether nothing is missing either: a first run would not be
            refused.
        source: The file that declares it all; empty if it is composed.
        stages: By name, in the order of the file.
        missing: Variables that are used and have no value.
        problems: Why templates can't be rendered, for other reasons.
        warnings: What is odd, and does not stop a run.

    Example:
        >>> validation = Orchestrator([network]).validate()
        >>> validation.ok, validation.ready
        (True, True)
        >>> print(validation)
        1 migration, all documents are in order.
    """

    _told = ("ok", "ready")

    source: str = ""
    stages: Mapping[str, StageValidation]
    missing: Tuple[MissingVariable, ...] = ()
    problems: Tuple[Problem, ...] = ()
    warnings: Tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    @property
    def ready(self) -> bool:
        """Whether nothing is wrong or missing: a first run would not be refused."""
        return not (self.problems or self.missing)

    def __str__(self) -> str:
        """Return what was found, in one line when there is nothing to say."""
        lines = [f"warning: {problem}" for problem in self.warnings]
        lines.append(self._head())
        lines += [f"Error: {problem}" for problem in self.problems]
        if self.missing:
            lines.append(
                "A run needs these variables by --var; nothing here sets them:"
            )
            rows = [(each.name, _needed(each)) for each in self.missing]
            lines.append(table(rows, indent="  "))
        return "\n".join(lines)

    def _head(self) -> str:
        total = sum(stage.migrations for stage in self.stages.values())
        told = f"{counted(total, 'migration')}, "
        if len(self.stages) != 1:
            told = f"{counted(len(self.stages), 'stage')}, {told}"
        if self.problems:
            told += f"{counted(len(self.problems), 'problem')} found."
        else:
            told += "all documents are in order."
        return f"{one_line(self.source)}: {told}" if self.source else told


def _needed(missing: MissingVariable) -> str:
    unset = "its process variable is not set"
    told = [f"for {missing.used_by}", *([unset] if missing.unset else [])]
    return "; ".join([*told, *missing.hints])
