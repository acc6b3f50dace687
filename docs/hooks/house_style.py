"""
What griffe does not know of this project's code by itself.

Classes that attrs makes get the signature that attrs gives them, and a section
``Example:`` of a docstring is one with code that runs.
"""

import re
import textwrap
from typing import Any, Optional, Union

import griffe

__all__ = ["HouseStyle"]

MAKERS = ("attrs.frozen", "attrs.define")
FIELDS = ("attrs.field", "attr.field")
POSITIONAL = griffe.ParameterKind("positional or keyword")
KEYWORD = griffe.ParameterKind("keyword-only")
EXAMPLE = re.compile(r"^Example:$", re.MULTILINE)
# What is shown as it stands, or not run, begins with two colons, as for Sphinx.
BARE = re.compile(r"^::\n", re.MULTILINE)
PROGRAM = re.compile(r"^Example::\n\n((?: {4}.*(?:\n|$)|\n)+)", re.MULTILINE)


class HouseStyle(griffe.Extension):
    """Tells griffe how the classes and docstrings here are written."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:  # noqa: ANN401 - griffe's own
        """Let the examples of a docstring be examples."""
        if obj.docstring is not None:
            text = PROGRAM.sub(_fenced, obj.docstring.value)
            text = BARE.sub("", text)
            obj.docstring.value = EXAMPLE.sub("Examples:", text)

    def on_class_members(self, *, cls: griffe.Class, **_: Any) -> None:  # noqa: ANN401 - griffe's own
        """Add ``__init__`` to a class that is called without one of its own."""
        if "__init__" in cls.members:
            return
        new = cls.members.get("__new__")
        if isinstance(new, griffe.Function):
            init = griffe.Function("__init__", parameters=new.parameters)
            cls.set_member("__init__", init)
        made = [each for each in cls.decorators if each.callable_path in MAKERS]
        if not made:
            return
        keywords = "kw_only=True" in str(made[0].value)
        fields = [
            _parameter(member, keywords=keywords)
            for member in cls.members.values()
            if isinstance(member, griffe.Attribute)
            and member.annotation is not None
            and "property" not in member.labels
            and "init=False" not in str(member.value)
        ]
        this = griffe.Parameter("self", kind=POSITIONAL)
        init = griffe.Function("__init__", parameters=griffe.Parameters(this, *fields))
        cls.set_member("__init__", init)


def _fenced(found: "re.Match[str]") -> str:
    program = textwrap.dedent(found.group(1)).strip()
    return f"**Example:**\n\n```python\n{program}\n```\n"


def _parameter(member: griffe.Attribute, *, keywords: bool) -> griffe.Parameter:
    default: Optional[Union[str, griffe.Expr]] = member.value
    if isinstance(default, griffe.ExprCall) and default.canonical_path in FIELDS:
        told = {
            each.name: each.value
            for each in default.arguments
            if isinstance(each, griffe.ExprKeyword)
        }
        keywords = keywords or str(told.get("kw_only")) == "True"
        default = told.get("default")
        if "factory" in told:
            default = f"{told['factory']}()"
    return griffe.Parameter(
        member.name,
        annotation=member.annotation,
        kind=KEYWORD if keywords else POSITIONAL,
        default=default,
    )
