"""Templates: parsed once, rendered often."""

from functools import lru_cache
from typing import Callable, FrozenSet, Mapping, Optional, Sequence, Tuple, Union

from apirun.template.errors import TemplateSyntaxError
from apirun.template.functions import FUNCTIONS
from apirun.template.limits import Limits
from apirun.template.nodes import Node
from apirun.template.parser import parse
from apirun.template.program import FullProgram, PlainProgram, plain_program
from apirun.template.references import find_references
from apirun.template.signature import Function, from_callable
from apirun.template.source import Source

__all__ = ["Template", "compile_template"]

_CACHED_LENGTH = 16 * 1024
_CACHED_TEMPLATES = 4096
_DEFAULT_LIMITS = Limits()


class Template:
    """
    A Go template.

    Args:
        text: The template.
        name: What errors call it.
        functions: Further functions by name; they hide those of the same name.
            They are called with positional arguments; what they raise becomes
            an error of the template.
        limits: What parsing and rendering may cost.

    Raises:
        TemplateSyntaxError: If *text* is no template.

    Example:
        >>> Template("{{.name | upper}} x{{.n}}").render({"name": "a", "n": 3})
        'A x3'

    Source: Go, package ``text/template``, with the option ``missingkey=error``.
    """

    __slots__ = ("_program", "_source", "_trees")

    def __init__(
        self,
        text: str,
        *,
        name: str = "gotmpl",
        functions: Optional[Mapping[str, Callable[..., object]]] = None,
        limits: Limits = _DEFAULT_LIMITS,
    ) -> None:
        self._source = Source(text, name)
        self._trees: Mapping[str, Sequence[Node]] = {name: ()}
        self._program: Union[FullProgram, PlainProgram, None] = None
        if "{{" not in text:
            return
        available: Mapping[str, Function] = FUNCTIONS
        if functions:
            own = {key: from_callable(each) for key, each in functions.items()}
            available = {**FUNCTIONS, **own}
        self._trees = parse(self._source, available.keys(), limits)
        self._program = plain_program(self._source, limits, self._trees[name])
        if self._program is None:
            self._program = self._compile(available, limits)

    def _compile(
        self, functions: Mapping[str, Function], limits: Limits
    ) -> FullProgram:
        try:
            return FullProgram(self._source, limits, self._trees, functions)
        except RecursionError as error:
            name = self.name
            raise TemplateSyntaxError(
                f"template: {name}:1: max expression depth exceeded", name, 1
            ) from error

    @property
    def text(self) -> str:
        """The text that this was made of."""
        return self._source.text

    @property
    def name(self) -> str:
        """What errors call it."""
        return self._source.name

    def __repr__(self) -> str:
        return f"Template({self.text!r})"

    def render(self, data: Mapping[str, object]) -> str:
        """
        Return the template rendered with *data* as its dot.

        Args:
            data: Any mapping; an entry is read when the template asks for it.
                What reading it raises, other than KeyError, is passed on.

        Raises:
            MissingKeyError: If a map has no entry for a key.
            UnknownValueError: If a decision needs a value not known yet.
            TemplateExecutionError: If it can't be rendered for another reason.
        """
        if self._program is None:
            return self._source.text
        return self._program.run(data)

    def references(self) -> FrozenSet[Tuple[str, ...]]:
        """
        Return the chains of fields that the template reads off its root.

        Those off a dot that ``range`` or ``with`` moved are left out.

        Example:
            >>> sorted(Template("{{.env.a}} {{range .l}}{{$.b}}{{.c}}{{end}}")
            ...     .references())
            [('b',), ('env', 'a'), ('l',)]
        """
        return find_references(self._trees, self._source.name)


def compile_template(text: str) -> Template:
    """
    Return the template for *text*, the same one when asked again.

    Args:
        text: The template.

    Raises:
        TemplateSyntaxError: If *text* is no template.

    Example:
        >>> compile_template("{{.a}}") is compile_template("{{.a}}")
        True
        >>> compile_template("{{.a}}-{{.b}}").render({"a": 1, "b": 2})
        '1-2'
    """
    if len(text) > _CACHED_LENGTH:
        return Template(text)
    return _cached(text)


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _cached(text: str) -> Template:
    return Template(text)
