"""Templates rendered at a place: errors say where, and what would mend them."""

import difflib
from typing import (
    Any,
    Callable,
    Collection,
    Dict,
    Iterator,
    Mapping,
    Optional,
    Sequence,
)

from attrs import Factory, evolve, field, frozen

from apirun.exceptions import RenderError
from apirun.origin import Location, Origin
from apirun.template import (
    MissingKeyError,
    TemplateError,
    UnknownValueError,
    compile_template,
)
from apirun.variables import UnusableError, Value, Variables, is_sendable

__all__ = ["Providers", "ReadTokens", "Renderer", "TextView", "nearest_names"]

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
                value, or a function fails; with Go's own message. Also if
                what comes out can't be sent, see `is_sendable`.
        """
        if "{{" not in text:
            return self._sendable(text, key)
        try:
            return self._sendable(compile_template(text).render(self.dot), key)
        except UnknownValueError as error:
            return error.label
        except TemplateError as error:
            raise self.refused(error, key) from error
        except UnusableError as error:
            raise self.unusable(error.why, key) from error

    def _sendable(self, text: str, key: str) -> str:
        if is_sendable(text):
            return text
        raise self.error(
            "this comes to a text that nothing can carry: it holds bytes that are no "
            "UTF-8, or half of a surrogate pair",
            key,
        )

    def under(self, *layers: Mapping[str, Value]) -> "Renderer":
        """Return one that sees *layers* above what this one sees."""
        return evolve(self, variables=self.variables.under(*layers))

    def without(self, names: Collection[str]) -> "Renderer":
        """Return one that sees nothing that has one of *names*."""
        return evolve(self, variables=self.variables.without(names))

    def error(self, reason: str, key: str) -> RenderError:
        """Return the error for *reason* at *key*."""
        location = self.origin.locate(key) if self.origin else None
        return RenderError(reason, location, self._named(key))

    def unusable(self, why: RenderError, key: str) -> RenderError:
        """Return the error for a use, at *key*, of what *why* tells is unusable."""
        location = self.origin.locate(key) if self.origin else None
        place = f", declared at {why.location}" if why.location else ""
        return evolve(
            why,
            location=location,
            key=self._named(key),
            # It is not what is missing in the template at *key*.
            name="",
            through=(f"{why.key}{place}", *why.through),
        )

    def refused(self, error: TemplateError, key: str) -> RenderError:
        """Return the error for what the template engine said at *key*."""
        location = (
            self.origin.locate(key, error.line, error.column) if self.origin else None
        )
        if not isinstance(error, MissingKeyError):
            return RenderError(str(error), location, self._named(key))
        return self._missing(
            str(error), location, self._named(key), error.key, self.variables.names()
        )

    def _named(self, key: str) -> str:
        return self.origin.named(key) if key and self.origin else key

    def missing(
        self, name: str, key: str, known: Collection[str], what: str
    ) -> RenderError:
        """
        Return the error for a *name* that is not there.

        Args:
            name: What was asked for.
            key: Where.
            known: What there is.
            what: Says what is missing, such as ``there is no variable``.
        """
        return self._missing(f"{what} '{name}'", None, key, name, sorted(known))

    def _missing(
        self,
        reason: str,
        location: Optional[Location],
        key: str,
        name: str,
        known: Sequence[str],
    ) -> RenderError:
        """Return it with who could provide *name*, and what it may be meant for."""
        hints = [*self.providers(name)]
        near = nearest_names(name, known)
        if near:
            hints.append(near)
        known = () if near else tuple(known)
        return RenderError(reason, location, key, name, tuple(hints), known)


def nearest_names(name: str, known: Sequence[str]) -> str:
    """Return which of the *known* variables *name* may be meant for; empty if none."""
    near = difflib.get_close_matches(name, known, n=3)
    names = " or ".join(f"'{each}'" for each in near)
    return f"did you mean {names}?" if near else ""


class TextView(Mapping[str, str]):
    """
    Variables as a program reads them: a missing one is told as in a template.

    Args:
        render: Over the variables.
    """

    def __init__(self, render: Renderer) -> None:
        self._render = render

    def __getitem__(self, name: str) -> str:
        value = self._render.variables.get(name)
        if value is None:
            known = self._render.variables.names()
            raise self._render.missing(name, "", known, "there is no variable")
        if value.unusable:
            raise self._render.unusable(value.unusable, "")
        return value.text

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - as in Mapping
        """Return the text of *name*, or *default* if there is none."""
        # That of Mapping waits for a KeyError.
        return self[name] if name in self else default  # noqa: SIM401 - it is this

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._render.variables.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._render.variables.names())

    def __len__(self) -> int:
        return len(self._render.variables.names())
