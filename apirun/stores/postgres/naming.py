"""What a stage's tables are called in a PostgreSQL database."""

import hashlib
import re

from attrs import asdict, frozen

from apirun.settings import StoreSettings
from apirun.stores.tables import TableNames

__all__ = ["PLAIN", "Naming", "fitted", "prefix_of"]

# Bytes; PostgreSQL cuts longer names without a word.
LONGEST = 63
DIGITS = 8
PLAIN = TableNames()


@frozen(kw_only=True)
class Naming:
    """
    What a stage's tables are called, as far as that stands in its files.

    A stage that neither names its tables nor has a prefix takes those that
    carry its own name, wherever they are there. Where they are not, a stage
    that shares the database makes them, and one that does not takes the plain
    names, which are those of the Go tool.

    Attributes:
        tables: The names that are taken if nothing else is found.
        stage: The stage, if its settings name no tables; empty otherwise.
        shared: Whether other such stages keep their history in this database.
        told: Whether the settings of another stage name the plain tables, whose
            they are then.
    """

    tables: TableNames
    stage: str = ""
    shared: bool = False
    told: bool = False

    @property
    def own(self) -> TableNames:
        """The names that begin with the stage's."""
        prefix = prefix_of(self.stage)
        return fitted(TableNames.from_settings(StoreSettings(table_prefix=prefix)))

    @property
    def names(self) -> TableNames:
        """What the tables are called, unless the database tells otherwise."""
        return self.own if self.stage and self.shared else self.tables


def prefix_of(stage: str) -> str:
    """
    Return the prefix that tables get from the name of a stage.

    Args:
        stage: Any text.

    Example:
        >>> prefix_of("2nd Stage")
        '_2nd_stage'
    """
    prefix = re.sub("[^a-z0-9_]", "_", stage.lower())
    return f"_{prefix}" if prefix[:1].isdigit() else prefix


def fitted(names: TableNames) -> TableNames:
    """
    Return *names* as PostgreSQL has them.

    Letters are small, as they are in a statement that does not quote them,
    like those of the Go tool. What is too long ends in a digest of the whole.

    Source: PostgreSQL documentation, "Identifiers and Key Words".
    """
    return TableNames(**{which: _fit(name) for which, name in asdict(names).items()})


def _fit(name: str) -> str:
    small = name.lower()
    if len(small) <= LONGEST:
        return small
    digest = hashlib.sha256(small.encode()).hexdigest()[:DIGITS]
    return f"{small[: LONGEST - DIGITS - 1]}_{digest}"
