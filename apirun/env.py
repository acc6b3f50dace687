"""Named values as documents and programs declare them."""

from typing import Iterable, Mapping, Optional, Tuple, Union

from attrs import frozen

from apirun.checked_values import checked
from apirun.secret_names import MASK, is_secret_name

__all__ = ["EnvEntry", "EnvLike", "SecretText", "scalar_text", "to_entries"]


@frozen(repr=False, field_transformer=checked)
class EnvEntry:
    """
    One declared variable.

    Attributes:
        name: Name of the variable.
        value: Its text, a template over what is known before it.
        value_from_env: Name of the process variable that holds the text,
            instead of *value*.
        secret: Whether the value is shown as ``***`` everywhere.

    Example:
        >>> entries = [
        ...     EnvEntry("api_base", api_base),
        ...     EnvEntry("admin", "s3cret", secret=True),
        ...     EnvEntry("zone", value_from_env="ZONE"),
        ... ]
        >>> Stage(name="network", env=entries).env[1]
        EnvEntry('admin', '***', secret=True)
    """

    name: str
    value: str = ""
    value_from_env: Optional[str] = None
    secret: bool = False

    def __repr__(self) -> str:
        if self.value_from_env is not None:
            shown = f"value_from_env={self.value_from_env!r}"
        else:
            hidden = self.secret or is_secret_name(self.name)
            shown = "'***'" if hidden and self.value else repr(self.value)
        secret = ", secret=True" if self.secret else ""
        return f"EnvEntry({self.name!r}, {shown}{secret})"


class SecretText(str):
    """
    Text for ``variables=`` that is shown as ``***`` everywhere, whatever its name.

    It is text like any other, also for `print`; its ``repr`` hides it.

    Example:
        >>> SecretText("s3cret"), SecretText("s3cret") == "s3cret"
        ('***', True)
        >>> wrong = {"api_base": f"{api_base}/v2", "cidr": SecretText("10.1.0.0/16")}
        >>> "10.1.0.0" in str(Orchestrator([network]).up(variables=wrong))
        False
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(MASK)


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
        return tuple(
            EnvEntry(name, scalar_text(f"the variable {name}", value))
            for name, value in env.items()
        )
    if isinstance(env, str) or not isinstance(env, Iterable):
        raise TypeError(f"this must be a mapping of names to values, not {env!r:.80}")
    entries = tuple(env)
    for entry in entries:
        if not isinstance(entry, EnvEntry):
            raise TypeError(
                f"{entry!r:.80} in it is no EnvEntry: write a mapping of names"
            )
    return entries


def scalar_text(what: str, value: object) -> str:
    """
    Return text, a number or a truth value as the text that a file would have.

    Args:
        what: What is called so in an error, such as ``the variable cidr``.
        value: What a program wrote.

    Raises:
        TypeError: If it is anything else; None for example.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, SecretText):
        return value
    if isinstance(value, str):
        # A plain one: members of an enumeration are texts, too.
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return str(value)
    shown = "None" if value is None else f"a {type(value).__name__}"
    hint = ""
    if isinstance(value, Mapping):
        hint = "; what is secret is an EnvEntry with secret=True, in a list"
    raise TypeError(f"{what} is {shown}: write text, a number or a truth value{hint}")
