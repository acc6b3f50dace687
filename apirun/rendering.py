"""Templates rendered at a place: errors say where, and what would mend them."""

import difflib
from typing import Callable, Collection, Dict, Iterator, Mapping, Optional, Sequence

from attrs import Factory, evolve, field, frozen

from apirun.exceptions import RenderError
from apirun.origin import Origin
from apirun.template import (
    MissingKeyError,
    TemplateError,
    UnknownValueError,
    compile_template,
)
from apirun.variables import UnusableError, Value, Variables

__all__ = ["Providers", "ReadTokens", "Renderer"]

Providers = Callable[[str], Sequence[str]]
"""Tells, for a missing name, who could provide it, one sentence each."""


def nobody(_: str) -> Sequence[str]:
    """Know of nobody who could provide a name."""
    return ()


class ReadTokens(Mapping[str, object]):
    """
    Tokens that remember which of them were read.

    Args:
        tokens: What is read, None for no tokens at all.

    Attributes:
        read: The values by name, as they were given out last.
    """

    def __init__(self, tokens: Optional[Mapping[str, object]]) -> None:
        self._tokens = tokens or {}
        self.read: Dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        value = self.read[name] = self._tokens[name]
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._tokens

    def __iter__(self) -> Iterator[str]:
        return iter(self._tokens)

    def __len__(self) -> int:
        return len(self._tokens)


@frozen
class Renderer:
    """
    Renders the templates of one document over one set of variables.

    Attributes:
        variables: What the templates see.
        tokens: What they see under ``auth``.
        origin: The document that they stand in, None if there is no file.
        providers: Asked when a name is missing.
        taken: Tokens that the variables hold, by name.
        again: Takes them anew, and returns what renders with those; None if
            the variables hold none.
        dot: What the templates get as their dot.
    """

    variables: Variables
    tokens: Optional[Mapping[str, object]] = None
    origin: Optional[Origin] = None
    providers: Providers = nobody
    taken: Mapping[str, object] = field(factory=dict, repr=False)
    again: Optional[Callable[[], "Renderer"]] = field(
        default=None, eq=False, repr=False
    )
    dot: Mapping[str, object] = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(lambda self: self.variables.dot(self.tokens), takes_self=True),
    )

    def __call__(self, text: str, key: str) -> str:
        """
        Return *text* rendered.

        In a plan, text that can't be rendered before a value is known comes
        back as that value's label.

        Args:
            text: A Go template.
            key: Where it stands, such as ``up.request.url``.

        Raises:
            RenderError: If it is no template, a variable is missing or has no
                value, or a function fails; with Go's own message.
        """
        if "{{" not in text:
            return text
        try:
            return compile_template(text).render(self.dot)
        except UnknownValueError as error:
            return error.label
        except TemplateError as error:
            raise self.refused(error, key) from error
        except UnusableError as error:
            raise self.error(str(error), key) from error

    def under(self, *layers: Mapping[str, Value]) -> "Renderer":
        """Return one that sees *layers* above what this one sees."""
        return evolve(self, variables=self.variables.under(*layers))

    def without(self, names: Collection[str]) -> "Renderer":
        """Return one that sees nothing that has one of *names*."""
        return evolve(self, variables=self.variables.without(names))

    def error(self, reason: str, key: str) -> RenderError:
        """Return the error for *reason* at *key*."""
        location = self.origin.locate(key) if self.origin else None
        return RenderError(reason, location, key)

    def refused(self, error: TemplateError, key: str) -> RenderError:
        """Return the error for what the template engine said at *key*."""
        location = (
            self.origin.locate(key, error.line, error.column) if self.origin else None
        )
        if not isinstance(error, MissingKeyError):
            return RenderError(str(error), location, key)
        hints = [*self.providers(error.key)]
        known = self.variables.names()
        near = difflib.get_close_matches(error.key, known, n=3)
        if near:
            names = " or ".join(f"'{name}'" for name in near)
            hints.append(f"did you mean {names}?")
        elif known:
            shown = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
            hints.append(f"known here: {shown}")
        return RenderError(str(error), location, key, error.key, tuple(hints))
