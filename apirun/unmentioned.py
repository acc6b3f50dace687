"""Variables that are given to a run, and that nothing in its stages mentions."""

import re
from typing import Collection, Iterable, Iterator, List, Mapping, Set, Tuple

import attrs

from apirun.call import Call
from apirun.composing import CallSite
from apirun.env import EnvEntry
from apirun.migration import Response
from apirun.origin import Location, Origin, Problem
from apirun.rendering import nearest_names

__all__ = ["unmentioned"]

FIELD = re.compile(r"\.(\w+)")
WORD = re.compile(r"\w+")
ALL = re.compile(r"""\.env\b(?!\.\w|\s+["`])|[\s(|{][.$]\s*[)|}-]""")
"""What reads all variables at once, such as ``range .env`` and ``toJson .``."""


def unmentioned(
    given: Collection[str], documents: Iterable[object], file: str
) -> Tuple[Problem, ...]:
    """
    Return a warning for each name of *given* that the *documents* never mention.

    As a rule it is misspelt, and what was meant keeps another value. Where a
    function is called, or a template reads all variables at once, any name may
    be used: then nothing is told.

    Args:
        given: Names of ``--var`` and ``variables=``.
        documents: Stages, and what else could use them.
        file: Where these are declared, as the user would type it.
    """
    left = set(given)
    known: Set[str] = set()
    for value in _leaves(documents):
        if not left:
            break
        if isinstance(value, EnvEntry):
            known.add(value.name)
        elif isinstance(value, Response):
            known.update(value.env_from)
        elif isinstance(value, str):
            if "{{" in value:
                if ALL.search(value):
                    return ()
                known.update(FIELD.findall(value))
            left.difference_update(WORD.findall(value))
        else:
            return ()
    return tuple(_warning(name, known - set(given), file) for name in sorted(left))


def _leaves(value: object) -> Iterator[object]:
    """Yield the texts in *value*, what gives names to variables, and functions."""
    waiting: List[object] = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, (Origin, CallSite)):
            continue
        if isinstance(value, (str, Call, EnvEntry, Response)):
            yield value
        if isinstance(value, Mapping):
            waiting += [*value, *value.values()]
        elif isinstance(value, (list, tuple)):
            waiting += value
        elif attrs.has(kind := type(value)):
            waiting += [getattr(value, each.name) for each in attrs.fields(kind)]


def _warning(name: str, known: Collection[str], file: str) -> Problem:
    message = f"the variable '{name}' is given, and nothing here uses it"
    near = nearest_names(name, sorted(known))
    return Problem(Location(file), f"{message}; {near}" if near else message)
