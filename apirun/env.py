"""Named values as documents and programs declare them."""

from typing import Iterable, Mapping, Optional, Tuple, Union

from attrs import frozen

from apirun.composing import checked

__all__ = ["EnvEntry", "EnvLike", "to_entries"]


@frozen(field_transformer=checked)
class EnvEntry:
    """
    One declared variable.

    Attributes:
        name: Name of the variable.
        value: Its text, a template over what is known before it.
        value_from_env: Name of the process variable that holds the text,
            instead of *value*.
        secret: Whether the value is shown as ``***`` everywhere.
    """

    name: str
    value: str = ""
    value_from_env: Optional[str] = None
    secret: bool = False


EnvLike = Union[Mapping[str, object], Iterable[EnvEntry]]


def to_entries(env: EnvLike) -> Tuple[EnvEntry, ...]:
    """
    Return *env* as entries in order.

    Args:
        env: A mapping of names to text, numbers or truth values, or entries.

    Raises:
        TypeError: If a value of the mapping is a list, a mapping or ``None``, or
            an entry is no `EnvEntry`.

    Example:
        >>> to_entries({"replicas": 3, "debug": True})[1].value
        'true'
    """
    if isinstance(env, Mapping):
        return tuple(EnvEntry(name, _text(name, value)) for name, value in env.items())
    if isinstance(env, str):
        raise TypeError(f"this must be a mapping of names to values, not {env!r:.80}")
    entries = tuple(env)
    for entry in entries:
        if not isinstance(entry, EnvEntry):
            raise TypeError(
                f"{entry!r:.80} in it is no EnvEntry: write a mapping of names"
            )
    return entries


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise TypeError(
        f"the variable {name} is {type(value).__name__}: variables are text, "
        "numbers or truth values"
    )
