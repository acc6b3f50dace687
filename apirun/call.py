"""A Python callable in the place of a request: what it is called and what it means."""

import ast
import functools
import hashlib
import inspect
import textwrap
from types import CodeType
from typing import Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple, Union

from attrs import define, field, frozen

from apirun.checked_values import checked
from apirun.converters import names
from apirun.exceptions import ExchangeError, NotSentError
from apirun.migration_context import MigrationContext
from apirun.origin import Location, shown_path

__all__ = ["Call", "CallError", "CallLike", "Gone"]

CallLike = Callable[[MigrationContext], object]
# What Python versions write differently, or what has no effect.
NO_MEANING = frozenset({"ctx", "kind", "type_comment", "type_ignores"})


@define(str=False)
class CallError(ExchangeError):
    """
    A migration's callable raised an error.

    Attributes:
        acted: Whether the API may have done something; the version is
            unsettled then.
        location: The line of the callable that raised it.

    Example:
        >>> CallError("it raised KeyError: 'id'", acted=True).acted
        True
    """

    acted: bool = False
    location: Optional[Location] = None


def _names(value: Optional[Iterable[str]]) -> Optional[Tuple[str, ...]]:
    return None if value is None else names(value)


def _is_callable(_: object, __: object, value: CallLike) -> None:
    if not callable(value):
        raise TypeError(f"this must be a function of one argument, not {value!r:.80}")


@frozen(field_transformer=checked)
class Call:
    """
    A Python callable that stands where a request would: as ``up`` or ``down``.

    A bare callable is taken for one with the defaults.

    When it **returns**, the version is applied (or rolled back), with what it
    captured. When it **raises**, what it sent through the context's session
    decides:

    - Nothing but GET, HEAD and OPTIONS went out, or all else was provably not
      sent or was refused (answered 400 or above, but for 502 and 504): the
      version is failed and stays as it was.
    - Anything else went out: the version is unsettled.
    - It raised `RefusedError` or `NotSentError` itself: its word that nothing
      is left behind; failed. Its `AnswerLostError` means unsettled.
    - It never asked for the session: what it did by other means can't be seen,
      and the version is unsettled, unless the error is one of the context's
      own (a missing variable, a token that can't be acquired).
    - It returned a coroutine or a generator, which nothing runs: it is judged
      as if it had raised.

    An unsettled version is settled by the migration's probe, else by calling
    it again if it is idempotent, else by a person. It is never retried.

    Attributes:
        function: Called with a `MigrationContext`; what it returns is ignored.
        idempotent: Whether calling it twice does no more than calling it once.
        captures: Names that it captures; None takes those that stand as text
            in its code, as in ``context.capture("vpc_id", ...)``. They let a
            plan tell which variables come later.

    Example:
        >>> def create(context: MigrationContext) -> None:
        ...     answer = context.session.put("http://127.0.0.1:8000/vpcs/main")
        ...     answer.raise_for_status()
        >>> Call(create, idempotent=True).repeatable
        True

    Source: RFC 9110, section 9.2, on safe and idempotent methods.
    """

    function: CallLike = field(validator=_is_callable)
    idempotent: bool = field(default=False, kw_only=True)
    captures: Optional[Tuple[str, ...]] = field(
        default=None, converter=_names, kw_only=True
    )

    method = "CALL"

    @property
    def repeatable(self) -> bool:
        """Whether it is there, and calling it twice does no more than once."""
        return self.idempotent and not self.gone

    @property
    def gone(self) -> bool:
        """Whether only its name is known, from a history."""
        return isinstance(self.function, Gone)

    @property
    def name(self) -> str:
        """Module and qualified name: ``shop.setup:create_vpc``."""
        if isinstance(self.function, Gone):
            return self.function.name
        found = _unwrapped(self.function)
        named = found if hasattr(found, "__qualname__") else type(found)
        return f"{named.__module__}:{named.__qualname__}"

    @property
    def shown(self) -> str:
        """How it is shown where a request would be."""
        return f"calls {self.name}"

    @property
    def location(self) -> Optional[Location]:
        """Where it is defined; None if it has no source."""
        code = _code(self.function)
        if code is None:
            return None
        return Location(shown_path(code.co_filename), code.co_firstlineno)

    @property
    def captured(self) -> Mapping[str, bool]:
        """The names that it captures, and whether each is secret."""
        found: Dict[str, bool] = {}
        tree = _tree(self.function)
        for node in ast.walk(tree) if tree is not None else ():
            found.update(_captured_at(node))
        if self.captures is not None:
            return {name: found.get(name, False) for name in self.captures}
        return found

    def describe(self) -> Mapping[str, object]:
        """Return what is recorded of it: its name, and a digest of its code."""
        if isinstance(self.function, Gone):
            return self.function.told
        told: Dict[str, object] = {"name": self.name}
        tree = _tree(self.function)
        if tree is not None:
            told["code"] = _sha(repr(_shape(tree)))
        if self.idempotent:
            told["idempotent"] = True
        return told

    @property
    def digest(self) -> str:
        """SHA-256 of its name, a hyphen, and that of its code."""
        return f"{_sha(self.name)}-{self.describe().get('code', '')}"


@frozen
class Gone:
    """
    Stands for a callable of which only the record is there.

    Attributes:
        name: Module and qualified name.
        told: What was recorded of it.
    """

    name: str
    told: Mapping[str, object] = field(factory=dict, eq=False)

    def __call__(self, _: MigrationContext) -> object:
        """Refuse: there is nothing to call."""
        raise NotSentError(f"{self.name} is gone, so it can't be called")


def _unwrapped(function: object) -> object:
    while isinstance(function, functools.partial):
        function = function.func
    return function


def _code(function: object) -> Optional[CodeType]:
    found: Any = _unwrapped(function)
    if not inspect.isroutine(found) and not inspect.isclass(found):
        found = type(found).__call__
    return getattr(inspect.unwrap(found), "__code__", None)


def _tree(function: object) -> Optional[ast.AST]:
    """Return the syntax of a callable; None if it has no source of its own."""
    code = _code(function)
    if code is None or code.co_name == "<lambda>":
        return None
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(code)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def _captured_at(node: ast.AST) -> Dict[str, bool]:
    """Return the name in ``context.capture("name", ...)``, if *node* is one."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return {}
    given = {word.arg: word.value for word in node.keywords}
    name = node.args[0] if node.args else given.get("name")
    secret = given.get("secret")
    if node.func.attr != "capture" or not isinstance(name, ast.Constant):
        return {}
    if not isinstance(name.value, str):
        return {}
    return {name.value: isinstance(secret, ast.Constant) and secret.value is True}


def _shape(node: object) -> Union[str, List[object]]:
    """Return syntax as plain data, the same in every version of Python."""
    if isinstance(node, list):
        return [_shape(item) for item in node if not _is_docstring(item)]
    if not isinstance(node, ast.AST):
        return repr(node)
    if type(node).__name__ == "Index":  # only before Python 3.9
        return _shape(node.value)  # type: ignore[attr-defined]  # it has one
    fields = [
        [name, _shape(value)]
        for name, value in ast.iter_fields(node)
        if name not in NO_MEANING and value is not None and value != []
    ]
    return [type(node).__name__, *fields]


def _is_docstring(node: object) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
