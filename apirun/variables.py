"""Layered variables that know where each value came from and if it is secret."""

from typing import Collection, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from attrs import field, frozen

from apirun.exceptions import ApirunError, RenderError
from apirun.template import Unknown

__all__ = ["Captures", "UnusableError", "Value", "Variables", "is_sendable"]


def is_sendable(text: str) -> bool:
    """
    Return whether *text* can be written as UTF-8.

    What is not UTF-8 in an argument or a process variable is half of a
    surrogate pair in Python (PEP 383).
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class UnusableError(ApirunError):
    """
    A variable is declared but has no value, and a template uses it.

    Args:
        why: Why, with the place where it is declared.
        unset: The variable, if its process variable is not set.
    """

    def __init__(self, why: RenderError, unset: str = "") -> None:
        super().__init__(why, unset)
        self.why = why
        self.unset = unset

    def __str__(self) -> str:
        return str(self.why)


@frozen
class Value:
    """
    The text of one variable, and what is known about it.

    Attributes:
        text: The text itself.
        secret: Whether it is shown as ``***`` everywhere.
        source: Where it came from, for messages.
        unusable: Why using it is an error, told of where it is declared; else
            None.
        unknown: In a plan, what stands for it; else empty.
        unset: Its name, if it is unusable because its process variable is not
            set.
    """

    text: str = field(default="", repr=False)
    secret: bool = False
    source: str = ""
    unusable: Optional[RenderError] = field(default=None, eq=str)
    unknown: str = ""
    unset: str = ""

    def use(self) -> object:
        """
        Return what a template gets.

        Raises:
            UnusableError: If it has no value.
        """
        if self.unusable:
            raise UnusableError(self.unusable, self.unset)
        return Unknown(self.unknown) if self.unknown else self.text


class Captures(Mapping[str, Value]):
    """
    What the versions of one stage captured; the newest version wins.

    `drop` takes back what one version captured, so that going down through
    the versions costs no more than going up did.
    """

    def __init__(self) -> None:
        self._stacks: Dict[str, List[Tuple[int, Value]]] = {}
        self._names: Dict[int, List[str]] = {}

    def add(self, version: int, values: Mapping[str, Value]) -> None:
        """Add what *version* captured; versions come in ascending order."""
        for name, value in values.items():
            self._stacks.setdefault(name, []).append((version, value))
        self._names[version] = list(values)

    def drop(self, version: int) -> None:
        """Take back what *version* captured."""
        for name in self._names.pop(version, ()):
            left = [entry for entry in self._stacks[name] if entry[0] != version]
            if left:
                self._stacks[name] = left
            else:
                del self._stacks[name]

    def by(self, version: int) -> Dict[str, Value]:
        """Return what *version* captured."""
        return {
            name: value
            for name in self._names.get(version, ())
            for owner, value in self._stacks[name]
            if owner == version
        }

    def __getitem__(self, name: str) -> Value:
        return self._stacks[name][-1][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._stacks)

    def __len__(self) -> int:
        return len(self._stacks)


class Variables:
    """
    Variables in layers, the highest first.

    Args:
        layers: Mappings of name to `Value`; the first that has a name wins.
            They are looked up when asked, so a layer may still grow.
    """

    def __init__(self, layers: Sequence[Mapping[str, Value]]) -> None:
        self._layers = tuple(layers)

    def get(self, name: str) -> Optional[Value]:
        """Return the value that wins for *name*, None if no layer has it."""
        for layer in self._layers:
            value = layer.get(name)
            if value is not None:
                return value
        return None

    def names(self) -> List[str]:
        """Return all names, sorted."""
        return sorted({name for layer in self._layers for name in layer})

    def under(self, *layers: Mapping[str, Value]) -> "Variables":
        """Return variables with *layers* put above these."""
        return Variables((*layers, *self._layers))

    def without(self, names: Collection[str]) -> "Variables":
        """Return variables in which nothing has one of *names*."""
        return Variables(
            [
                {name: value for name, value in layer.items() if name not in names}
                for layer in self._layers
            ]
        )

    def dot(
        self, tokens: Optional[Mapping[str, object]] = None
    ) -> Mapping[str, object]:
        """
        Return what templates get as their dot.

        Every variable stands under its name, all of them under ``env``, and
        *tokens* under ``auth``.
        """
        return _Dot(_Env(self), tokens or {})


class _Env(Mapping[str, object]):
    def __init__(self, variables: Variables) -> None:
        self._variables = variables

    def __getitem__(self, name: str) -> object:
        value = self._variables.get(name)
        if value is None:
            raise KeyError(name)
        return value.use()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._variables.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables.names())

    def __len__(self) -> int:
        return len(self._variables.names())


class _Dot(Mapping[str, object]):
    def __init__(self, env: _Env, tokens: Mapping[str, object]) -> None:
        self._env = env
        self._tokens = tokens

    def __getitem__(self, name: str) -> object:
        if name == "env":
            return self._env
        if name == "auth":
            return self._tokens
        return self._env[name]

    def __contains__(self, name: object) -> bool:
        return name in ("env", "auth") or name in self._env

    def __iter__(self) -> Iterator[str]:
        return iter(sorted({*self._env, "env", "auth"}))

    def __len__(self) -> int:
        return len({*self._env, "env", "auth"})
