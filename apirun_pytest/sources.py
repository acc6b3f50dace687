"""What tests hand in to be set up: a file, stages, an orchestrator."""

import base64
import hashlib
import json
import os
import pickle
import re
import shlex
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Sequence, Tuple, Union
from urllib.parse import quote

from attrs import asdict, evolve, field, frozen

from apirun import (
    MemoryStore,
    Migration,
    Orchestrator,
    SecretText,
    SqliteStore,
    Stage,
    StoreSettings,
    UsageError,
)

__all__ = ["Given", "Source", "of_file", "of_migrations", "of_stages", "rebuild"]

Given = Union[str, "os.PathLike[str]", Orchestrator, Sequence[Stage]]
"""What `apirun_stages` takes."""

Variables = Mapping[str, object]


@frozen(kw_only=True)
class Source:
    """
    Stages with their variables, and how another process gets the same.

    Attributes:
        key: Identifies them.
        label: What they are called.
        orchestrator: Runs them.
        variables: Above all others.
        plain: What `rebuild` takes, JSON; empty if another process can't have
            them.
        fixed: Why not; else empty.
        command: What takes them down from a shell; empty if nothing does.
    """

    key: str
    label: str
    orchestrator: Orchestrator
    variables: Variables = field(factory=dict, repr=False)
    plain: Mapping[str, object] = field(factory=dict, repr=False)
    fixed: str = ""

    @property
    def claims(self) -> Tuple[str, ...]:
        """The histories that the stages use."""
        return tuple(sorted(map(_claim, self.orchestrator.stages)))

    @property
    def forgetful(self) -> List[str]:
        """Names of the stages whose history ends with the process."""
        return [s.name for s in self.orchestrator.stages if _forgets(s)]


def of_file(path: Path, variables: Variables, *, label: str) -> Source:
    """
    Return the stages of a ``stages.yaml``.

    Raises:
        UsageError: If there is no such file.
        DocumentError: If one of its files is wrong.
    """
    real = os.path.realpath(path)
    if not os.path.exists(real):
        raise UsageError(
            f"there is no file {real}. Nothing was sent. Relative paths are relative "
            "to pytest's rootdir."
        )
    return Source(
        key=_key(Path(real).stem, real, variables),
        label=label,
        orchestrator=Orchestrator.from_file(real, variables=variables),
        variables=variables,
        plain={"file": real, **_told(variables)},
    )


def of_stages(
    given: Union[Orchestrator, Sequence[Stage]],
    variables: Variables,
    *,
    histories: Callable[[str], Path],
) -> Source:
    """
    Return stages that were composed in Python.

    Args:
        given: Stages, or an orchestrator of some.
        variables: Above all others.
        histories: Tells where histories lie that nobody gave a store.

    Raises:
        UsageError: If they can't be meant.
        DocumentError: If a stage is wrong.
    """
    stages: Sequence[Stage] = ()
    if isinstance(given, Orchestrator):
        stages = given.stages
    elif isinstance(given, Sequence):
        stages = tuple(given)
    if not stages or not all(isinstance(stage, Stage) for stage in stages):
        raise UsageError(
            "a path, an Orchestrator or a list of Stage is meant, not "
            f"{str(given)[:80]!r}. Nothing was sent."
        )
    names = "-".join(stage.name for stage in stages)
    # A stage's own repr is silent on secrets; where an object lies differs from
    # one process to the next.
    said = [asdict(stage, filter=lambda which, _: bool(which.eq)) for stage in stages]
    told = re.sub(r" at 0x[0-9a-fA-F]+", "", repr(said))
    key = _key(names, told, variables)
    if isinstance(given, Orchestrator):
        orchestrator = given
        reason, pickled = _pickled(given)
    else:
        kept = tuple(_with_store(stage, histories(key)) for stage in stages)
        orchestrator = Orchestrator(kept, variables=variables)
        reason, pickled = _pickled(kept)
    return Source(
        key=key,
        label=", ".join(stage.name for stage in stages),
        orchestrator=orchestrator,
        variables=variables,
        plain={"pickle": pickled, **_told(variables)} if pickled else {},
        fixed=reason,
    )


def of_migrations(
    migrations: Sequence[Migration], variables: Variables, *, history: Path
) -> Source:
    """Return a stage of its own for *migrations*, with a history in *history*."""
    name = "savepoint"
    stage = Stage(name=name, migrations=migrations)
    source = of_stages([stage], variables, histories=lambda _: history)
    label = ", ".join(migration.name for migration in migrations)
    return evolve(source, label=label)


def rebuild(plain: Mapping[str, object]) -> Tuple[Orchestrator, Variables]:
    """
    Return the stages that another process set up, and their variables.

    Raises:
        UsageError: If this process does not know what they are made of.
        DocumentError: If one of their files is wrong.
    """
    told, secret = plain.get("variables", {}), plain.get("secret", ())
    assert isinstance(told, dict)
    assert isinstance(secret, (list, tuple))
    variables = {
        name: SecretText(value) if name in secret else value
        for name, value in told.items()
    }
    if "file" in plain:
        path = str(plain["file"])
        return Orchestrator.from_file(path, variables=variables), variables
    if "pickle" not in plain:
        raise UsageError("only the tests that composed these stages know them")
    try:
        # It was written by an earlier session of the same user, see `make_private`.
        made = pickle.loads(base64.b64decode(str(plain["pickle"])))  # noqa: S301
    except (ImportError, AttributeError) as error:
        raise UsageError(f"the code of these stages is not loaded: {error}") from error
    if isinstance(made, Orchestrator):
        return made, variables
    return Orchestrator(made, variables=variables), variables


def command_down(plain: Mapping[str, object]) -> str:
    """Return the command that takes stages down; empty if they are in no file."""
    if "file" not in plain:
        return ""
    path = os.path.relpath(str(plain["file"]))
    words = ["apirun", "stages", "down", "--config", path]
    variables = plain.get("variables", {})
    assert isinstance(variables, dict)
    for name in variables:
        # The value may be a secret.
        words += ["--var", f"{name}=..."]
    return " ".join(map(shlex.quote, words))


def _key(name: str, told: str, variables: Variables) -> str:
    digest = hashlib.sha256(json.dumps([told, _plain(variables)]).encode())
    return f"{re.sub(r'[^A-Za-z0-9_-]+', '_', name)[:40]}-{digest.hexdigest()[:16]}"


def _told(variables: Variables) -> Dict[str, object]:
    """Return what *variables* become in a record."""
    secret = [n for n, value in variables.items() if isinstance(value, SecretText)]
    return {"variables": _plain(variables), "secret": sorted(secret)}


def _plain(variables: Variables) -> Dict[str, object]:
    simple = (str, int, float, bool)
    return {
        name: value if isinstance(value, simple) else str(value)
        for name, value in sorted(variables.items())
    }


def _pickled(made: object) -> Tuple[str, str]:
    """Return why *made* does not survive `pickle`, or what it becomes by it."""
    try:
        return "", base64.b64encode(pickle.dumps(made)).decode("ascii")
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        return str(error), ""


def _with_store(stage: Stage, directory: Path) -> Stage:
    """Give a history to a stage that is in no directory and has none."""
    if stage.store is not None or stage.directory or stage.config_path:
        return stage
    return evolve(
        stage, store=SqliteStore(directory / f"{quote(stage.name, safe='')}.db")
    )


def _claim(stage: Stage) -> str:
    store = stage.store
    if store is None or isinstance(store, StoreSettings):
        return f"directory:{os.path.realpath(stage.directory)}"
    return store.identity


def _forgets(stage: Stage) -> bool:
    store = stage.store
    return isinstance(store, MemoryStore) or (
        isinstance(store, StoreSettings) and store.type == "memory"
    )
