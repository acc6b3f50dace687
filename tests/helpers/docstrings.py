"""
The public names, and a small world in which the examples of docstrings run.

Each example starts anew, in a directory of its own. At hand are all names of
`apirun` and `apirun.state`, those of the module that it stands in, what types
are written with, and

- ``api_base``: where an empty API listens, the one of `tests.helpers.server`;
- ``network``: the stage that the docstring of `apirun` composes;
- ``stages.yaml``, ``network/config.yaml`` and a migration: the same as files.
"""

import doctest
import importlib
import inspect
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Mapping, Sequence, Tuple

import apirun
import apirun.state
from apirun import MemoryStore, Migration, Request, Response, Stage

__all__ = [
    "ALIASES",
    "PUBLIC",
    "examples_of",
    "members",
    "names_at_hand",
    "public_names",
    "world",
]

PUBLIC = (
    "apirun",
    "apirun.capture",
    "apirun.reports",
    "apirun.reports.html",
    "apirun.state",
    "apirun.template",
)

# A type alias has no docstring: the one of its module shows how it is used.
ALIASES = {
    "apirun.DurationLike": "apirun.durations",
    "apirun.Event": "apirun.events",
    "apirun.Listener": "apirun.events",
}

FILES = {
    "stages.yaml": """\
stages:
  - {name: network, config_path: network/config.yaml}
global:
  env: {api_base: API_BASE}
""",
    "network/config.yaml": "env: {cidr: 10.0.0.0/16}\n",
    "network/001_create_vpc.yaml": """\
up:
  request: {method: POST, url: "{{.api_base}}/vpcs", body: {cidr: "{{.cidr}}"}}
  response: {result_code: [201], env_from: {vpc_id: id}}
down: {method: DELETE, url: "{{.api_base}}/vpcs/{{.vpc_id}}"}
""",
}


def public_names() -> Iterator[Tuple[str, object]]:
    """Yield every public name with its package, and what it stands for."""
    for package in PUBLIC:
        module = importlib.import_module(package)
        for name in module.__all__:
            yield f"{package}.{name}", getattr(module, name)


def members(value: object) -> Mapping[str, object]:
    """Return the public methods and properties of a class that is our own."""
    found: Dict[str, object] = {}
    for owner in reversed(inspect.getmro(value) if inspect.isclass(value) else ()):
        if owner.__module__.partition(".")[0] == "apirun":
            found.update(
                (name, getattr(member, "__func__", member))
                for name, member in vars(owner).items()
                if not name.startswith("_") and _is_documented(member)
            )
    return found


def examples_of(value: object) -> List[doctest.Example]:
    """Return the examples in the docstring of *value* itself."""
    return doctest.DocTestParser().get_examples(inspect.getdoc(value) or "")


def world(api_base: str, directory: Path) -> Dict[str, object]:
    """Return what an example finds, and write its files into *directory*."""
    for name, text in FILES.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("API_BASE", api_base), "utf-8")
    create_vpc = Migration(
        version=1,
        name="create_vpc",
        up=Request(
            "POST",
            "{{.api_base}}/vpcs",
            body={"cidr": "{{.cidr}}"},
            response=Response(result_code=[201], env_from={"vpc_id": "id"}),
        ),
        down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}"),
    )
    network = Stage(
        name="network",
        migrations=[create_vpc],
        env={"api_base": api_base, "cidr": "10.0.0.0/16"},
        store=MemoryStore(),
    )
    return {"api_base": api_base, "network": network}


def names_at_hand() -> Dict[str, object]:
    """Return what an example need not import."""
    typed = {"Callable": Callable, "Mapping": Mapping, "Sequence": Sequence}
    public = (apirun, apirun.state)
    return {
        **typed,
        **{name: getattr(each, name) for each in public for name in each.__all__},
    }


def _is_documented(member: object) -> bool:
    return inspect.isfunction(member) or isinstance(member, (classmethod, property))
