"""
The reference of Python's names: every public name is on one of its pages.

A page says ``<!-- made: names of MODULE, MODULE -->`` for the names of `apirun`
that come from these modules, ``<!-- made: other names -->`` for those that no
page asks for, and ``<!-- made: all of PACKAGE -->`` for another public package.
So a new name needs no page of its own.
"""

import ast
import importlib
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List

__all__ = ["documented", "on_page_markdown"]

ROOT = Path(__file__).parents[2]
PAGES = Path(__file__).parents[1] / "pages" / "reference" / "api"
NAMES = re.compile(r"<!-- made: names of ([\w., ]+) -->")
PACKAGE = re.compile(r"<!-- made: all of ([\w.]+) -->")
OTHER = "<!-- made: other names -->"
# What its tests are called says nothing to who writes a store.
ALONE = ("apirun.testing.StoreContract",)


def on_page_markdown(markdown: str, *, page: Any = None, **_: Any) -> str:  # noqa: ANN401 - MkDocs' own
    """Put what is made here where a page asks for it."""
    if page is not None and page.file.src_uri.startswith("reference/api/"):
        # The search shows what explains before what lists names.
        page.meta["search"] = {"boost": 0.3}
    markdown = NAMES.sub(lambda found: _shown(_from(found.group(1))), markdown)
    markdown = PACKAGE.sub(lambda found: _shown(_all_of(found.group(1))), markdown)
    return markdown.replace(OTHER, _shown(_others()))


def documented() -> List[str]:
    """Return the full name of everything that the pages show."""
    return [
        line[len("::: ") :]
        for path in sorted(PAGES.glob("*.md"))
        for line in on_page_markdown(path.read_text("utf-8")).splitlines()
        if line.startswith("::: ")
    ]


def _from(modules: str) -> Iterator[str]:
    """Yield the names of `apirun` that come from *modules*, or from below them."""
    for above in (each.strip() for each in modules.split(",")):
        for name, module in _origins().items():
            if module == above or module.startswith(f"{above}."):
                yield f"apirun.{name}"


def _others() -> Iterator[str]:
    asked = {
        name
        for path in PAGES.glob("*.md")
        for found in NAMES.finditer(path.read_text("utf-8"))
        for name in _from(found.group(1))
    }
    return (f"apirun.{n}" for n in _origins() if f"apirun.{n}" not in asked)


def _all_of(package: str) -> Iterator[str]:
    """Yield the names of a package that no package above it has as well."""
    module = importlib.import_module(package)
    parts = package.split(".")[:-1]
    above = {".".join(parts[: n + 1]) for n in range(len(parts))} | {"apirun"}
    told = [importlib.import_module(each) for each in above if each != package]
    return (
        f"{package}.{name}"
        for name in module.__all__
        if not any(
            name in each.__all__ and getattr(each, name) is getattr(module, name)
            for each in told
        )
    )


def _origins() -> Dict[str, str]:
    """Return from each public name of `apirun` to the module that it comes from."""
    tree = ast.parse((ROOT / "apirun" / "__init__.py").read_text("utf-8"))
    return {
        alias.name: str(node.module)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def _shown(names: Iterator[str]) -> str:
    return "\n\n".join(
        f"::: {name}" + ("\n    options: {members: false}" if name in ALONE else "")
        for name in names
    )
