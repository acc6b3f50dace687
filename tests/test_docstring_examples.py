"""Every public name is documented with an example, and every example runs."""

import doctest
import importlib
import inspect
import pkgutil
import re

import pytest

import apirun
from tests.helpers.docstrings import (
    ALIASES,
    examples_of,
    members,
    names_at_hand,
    public_names,
    world,
)
from tests.helpers.server import serve

NAMES = dict(public_names())
METHODS = {
    f"{name}.{member}": value
    for name, cls in NAMES.items()
    if name in ("apirun.Migrator", "apirun.Orchestrator", "apirun.StateStore")
    for member, value in members(cls).items()
}
# A method of an implementation may point to the protocol that it keeps.
POINTER = re.compile(r"see `\w+(\.\w+)?`")


def documented(name):
    """Return what holds the docstring of a public name."""
    if name in ALIASES:
        return importlib.import_module(ALIASES[name])
    value = NAMES[name]
    return value if callable(value) else type(value)


def docstrings():
    """Find every docstring with examples in the whole library, once."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for info in pkgutil.walk_packages(apirun.__path__, "apirun."):
        module = importlib.import_module(info.name)
        yield from (test for test in finder.find(module) if test.examples)
    yield from (test for test in finder.find(apirun) if test.examples)


EXAMPLES = {test.name: test for test in docstrings()}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_public_name_shows_how_it_is_used(name):
    """Its docstring has an example, and that shows what comes of it."""
    assert any(example.want for example in examples_of(documented(name)))


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_method_of_a_main_class_shows_how_it_is_used(name):
    """Its docstring has an example."""
    assert examples_of(METHODS[name])


def test_methods_without_an_example_point_to_one():
    """A store's method has an example, or names the promise that has."""
    assert [] == [
        f"{cls.__name__}.{name}"
        for cls in (apirun.SqliteStore, apirun.PostgresStore, apirun.MemoryStore)
        for name, member in members(cls).items()
        if inspect.isfunction(member)
        and not examples_of(member)
        and not POINTER.search(inspect.getdoc(member))
    ]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_does_what_it_says(name, tmp_path, monkeypatch):
    """Its output is the one that stands there, and nothing of it is skipped."""
    test = EXAMPLES[name]
    monkeypatch.chdir(tmp_path)
    with serve() as api:
        test.globs = {**names_at_hand(), **test.globs, **world(api.url, tmp_path)}
        told = []
        runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
        runner.run(test, out=told.append, clear_globs=False)

    assert not any(example.options.get(doctest.SKIP) for example in test.examples), (
        f"{name} is skipped"
    )
    assert not told, "".join(told)
