"""Results, plans, status and events as plain data, the form that JSON has."""

from collections.abc import Mapping as AbstractMapping
from enum import Enum
from functools import lru_cache
from typing import ClassVar, Dict, Final, Tuple, Type, cast

import attrs

from apirun.secret_names import MASK

__all__ = ["MASKED_BY", "PlainData", "PlainEvent", "to_dict"]

MASKED_BY: Final = "apirun.masked_by"
"""Metadata of a mapping: the attribute that tells which of its names are secret."""


_AS_IT_IS: Final = frozenset((str, int, float, bool, type(None)))


class PlainData:
    """
    A value that converts to plain data, such as `json.dumps` takes.

    Results, plans, statuses, validations and events are such values. The form
    is stable: its keys are the attributes that the class documents, all of
    them, and `schema` describes it.

    Example:
        >>> def kept(value: PlainData) -> str:
        ...     return ", ".join(value.to_dict())
        >>> kept(Migrator(network).plan())
        'name, migrations, skipped, condition, applied, warnings'
    """

    __slots__ = ()
    _told: ClassVar[Tuple[str, ...]] = ()
    """Properties that are told, too, before the attributes."""

    def to_dict(self) -> Dict[str, object]:
        """
        Return it as dictionaries, lists, text, numbers, booleans and None.

        It is what ``--json`` prints. Secrets appear as ``***``, so that what
        is returned can be written to a file.

        Example:
            >>> import json
            >>> plan = Migrator(network).plan().to_dict()
            >>> plan["name"], plan["migrations"][0]["method"]
            ('network', 'POST')
            >>> json.loads(json.dumps(plan)) == plan
            True
        """
        return {name: to_dict(held) for name, held in self.unfolded().items()}

    def unfolded(self) -> Dict[str, object]:
        """
        Return what `to_dict` returns, but with everything in it as it is.

        Who writes a large value part by part need not have all of it at once.

        Example:
            >>> plan = Migrator(network).plan().unfolded()
            >>> plan["migrations"][0].name, plan["warnings"]
            ('001_create_vpc', ())
        """
        told: Dict[str, object] = {name: getattr(self, name) for name in self._told}
        told.update(_fields(cast(attrs.AttrsInstance, self)))
        return told


class PlainEvent(PlainData):
    """An event; its plain data begins with its name."""

    __slots__ = ()
    _told = ("event",)

    @property
    def event(self) -> str:
        """Name of the event's class, such as ``StageStarted``."""
        return type(self).__name__


def to_dict(value: object) -> object:
    """
    Return *value* as dictionaries, lists, text, numbers, booleans and None.

    What a run, a plan, a status or an event is has it as a method, too; this
    takes also mappings and sequences of them. The names are those of the
    attributes; an enumeration becomes its value. Secret variables of a stage
    appear as ``***``, so that what is returned can be written to a file.

    Args:
        value: What a run, a plan, a status or a history came to, or an event.

    Raises:
        TypeError: If *value* holds anything else.

    Example:
        >>> migrator = Migrator(network)
        >>> _ = migrator.up()
        >>> [row["direction"] for row in to_dict(migrator.history())]
        ['up']
    """
    # Nearly all there is, so it is asked first.
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, (list, tuple)):
        # No call for each text: there are thousands of headers.
        return [item if type(item) in _AS_IT_IS else to_dict(item) for item in value]
    if isinstance(value, (Enum, str, int, float, bool)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, PlainData):
        return value.to_dict()
    if attrs.has(type(value)):
        fields = _fields(cast(attrs.AttrsInstance, value))
        return {name: to_dict(held) for name, held in fields.items()}
    if isinstance(value, AbstractMapping):
        return {str(name): to_dict(item) for name, item in value.items()}
    raise TypeError(f"a {type(value).__name__} has no plain form")


def _fields(value: attrs.AttrsInstance) -> Dict[str, object]:
    """Return the attributes as they are, secret ones masked."""
    told: Dict[str, object] = {}
    for name, masked_by in _attributes(type(value)):
        held = getattr(value, name)
        if masked_by:
            secrets = getattr(value, masked_by)
            held = {
                each: MASK if each in secrets else text for each, text in held.items()
            }
        told[name] = held
    return told


@lru_cache(maxsize=256)
def _attributes(cls: Type[attrs.AttrsInstance]) -> Tuple[Tuple[str, str], ...]:
    """Return the names of the attributes, each with the one that masks it."""
    return tuple(
        (attribute.name, attribute.metadata.get(MASKED_BY, ""))
        for attribute in attrs.fields(cls)
    )
