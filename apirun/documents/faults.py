"""What is wrong with a value, said before anybody knows in which file it stands."""

import difflib
from typing import Collection, Iterable, List, Optional

__all__ = ["Fault", "Faults", "faults_of", "join", "nearest", "suggest"]


class Fault(ValueError):  # noqa: N818 - it is carried more often than raised
    """
    One thing that is wrong with one value.

    Args:
        message: What is wrong, with the value, and how to mend it.
        key: Where, as a path with dots below the value that was read.
        line: Line inside the value's text, counted from 1.
        column: Column inside that line, counted from 1; None for all of it.
        at_key: Whether the key itself is meant, not its value.
    """

    def __init__(
        self,
        message: str,
        key: str = "",
        *,
        line: int = 1,
        column: Optional[int] = None,
        at_key: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.key = key
        self.line = line
        self.column = column
        self.at_key = at_key

    def below(self, prefix: str) -> "Fault":
        """Return the same fault as seen from the parent of *prefix*."""
        return Fault(
            self.message,
            join(prefix, self.key),
            line=self.line,
            column=self.column,
            at_key=self.at_key,
        )


class Faults(ValueError):  # noqa: N818 - likewise
    """
    All that is wrong with one list or mapping.

    Args:
        faults: At least one.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(fault.message for fault in self.faults))


def join(prefix: str, key: str) -> str:
    """Return the path with dots of *key* below *prefix*; either may be empty."""
    return f"{prefix}.{key}" if prefix and key else prefix or key


def faults_of(error: Exception, prefix: str = "") -> List[Fault]:
    """
    Return what *error* tells, as seen from the parent of *prefix*.

    Args:
        error: A `Fault`, `Faults`, or any error whose text is the message.
        prefix: Key under which it happened.
    """
    if isinstance(error, Faults):
        return [fault.below(prefix) for fault in error.faults]
    if isinstance(error, Fault):
        return [error.below(prefix)]
    return [Fault(str(error), prefix)]


def nearest(word: str, known: Collection[str]) -> Optional[str]:
    """
    Return what *word* is a misspelling of, None if it is near to nothing.

    Among near ones, those that begin like *word* go first: ``auth_name`` is
    meant for ``auth`` more likely than for ``name``.

    Args:
        word: What was written.
        known: What could have been written.
    """
    near = difflib.get_close_matches(word[:200], known, n=3)
    if not near:
        folded = word.lower().replace("-", "_")
        near = [name for name in known if name.lower() == folded]
    alike = [name for name in near if name[:3] == word[:3]]
    return next(iter(alike or near), None)


def suggest(word: str, known: Collection[str], *, noun: str = "known") -> str:
    """
    Return the end of a message about the unknown *word*.

    Args:
        word: What was written.
        known: What could have been written.
        noun: Introduces *known* when nothing in it is near.

    Example:
        >>> suggest("metod", ["method", "url"])
        ": did you mean 'method'?"
        >>> suggest("x", ["method", "url"], noun="allowed")
        '; allowed: method, url'
    """
    near = nearest(word, known)
    if near is not None:
        return f": did you mean '{near}'?"
    shown = list(known)
    if not shown:
        return ""
    rest = f", … ({len(shown)} in all)" if len(shown) > 20 else ""
    return f"; {noun}: {', '.join(shown[:20])}{rest}"
