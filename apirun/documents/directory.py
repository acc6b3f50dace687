"""One stage's directory: its config.yaml and its migrations."""

import os
from typing import Collection, List, Optional, Tuple

from attrs import evolve, field, frozen

from apirun.documents.auth_schema import check_settings
from apirun.documents.bodies import Surroundings
from apirun.documents.config_file import Config, absolute_paths, read_config
from apirun.documents.discovery import list_migrations
from apirun.documents.document import Document, Findings
from apirun.documents.environment import unset_variables
from apirun.documents.faults import Fault, Faults
from apirun.documents.migration_file import read_migration
from apirun.documents.mistaken import open_config
from apirun.documents.named import place_by_name
from apirun.documents.scalars import is_null
from apirun.env import EnvEntry
from apirun.migration import Migration
from apirun.origin import Origin, Problem, shown_path
from apirun.stage import Stage

__all__ = ["Directory", "LoadedStage", "load_directory", "read_directory"]


@frozen
class Directory:
    """
    A config.yaml and the migrations that it leads to.

    Attributes:
        config: Its settings, every path absolute.
        migrations: Ascending by version.
        origin: The config.yaml.
    """

    config: Config
    migrations: Tuple[Migration, ...]
    origin: Origin = field(repr=False)

    def settle(self, stage: Stage) -> Stage:
        """Return *stage* with what stands here."""
        config = self.config
        return evolve(
            stage,
            migrations=self.migrations,
            private_env=config.env,
            store=config.store if stage.store is None else stage.store,
            auth=config.auth,
            client=config.client,
            wait=config.wait,
            delay_between_migrations_s=config.delay_between_migrations_s,
            render_body=config.render_body,
            logging=config.logging,
            directory=config.migrate_dir,
            config_path=self.origin.file,
            config_origin=self.origin,
        )


@frozen
class LoadedStage:
    """
    A stage with all that its files say.

    Attributes:
        stage: The stage.
        warnings: What is odd and no error yet.
    """

    stage: Stage
    warnings: Tuple[Problem, ...] = ()


def load_directory(path: str, auth_types: Collection[str] = ()) -> LoadedStage:
    """
    Read a config.yaml and the migrations that it leads to.

    Args:
        path: The config.yaml, relative to the working directory.
        auth_types: Types of tokens that the program brings itself.

    Returns:
        A stage named like the directory of the file, and the warnings.

    Raises:
        DocumentError: With everything that is wrong in any of the files.
    """
    findings = Findings()
    absolute = os.path.abspath(path)
    directory = read_directory(absolute, findings, auth_types)
    warnings = findings.close()
    name = os.path.basename(os.path.dirname(absolute)) or "stage"
    stage = Stage(name=name)
    return LoadedStage(
        stage if directory is None else directory.settle(stage), warnings
    )


def read_directory(
    path: str, findings: Findings, auth_types: Collection[str] = ()
) -> Optional[Directory]:
    """
    Return what the config.yaml at *path* leads to, None if it is wrong.

    Args:
        path: Absolute path of the config.yaml.
        findings: Gets what is wrong and what is odd.
        auth_types: Types of tokens that the program brings itself.
    """
    document = open_config(path, findings)
    if document is None:
        return None
    base = os.path.dirname(path)
    config: Optional[Config] = None
    faults: List[Fault] = []
    try:
        config = absolute_paths(read_config(document.data), base)
    except (Fault, Faults) as error:
        faults += error.faults if isinstance(error, Faults) else [error]
    tokens = check_settings(_get(document, "auth"), auth_types)
    faults += [fault.below("auth") for fault in tokens]
    migrate_dir = _migrate_dir(document, base)
    if not os.path.isdir(migrate_dir):
        is_there = os.path.exists(migrate_dir)
        reason = "is not a directory" if is_there else "does not exist"
        faults.append(Fault(f"{shown_path(migrate_dir)} {reason}", "migrate_dir"))
    findings.add(document, faults)
    migrations: Tuple[Migration, ...] = ()
    if os.path.isdir(migrate_dir):
        migrations = _migrations(document, config, migrate_dir, findings)
    if config is None:
        return None
    _note_env(document, config, findings)
    return Directory(config, migrations, document.origin)


def _migrations(
    document: Document,
    config: Optional[Config],
    migrate_dir: str,
    findings: Findings,
) -> Tuple[Migration, ...]:
    base = os.path.dirname(document.path)
    inside = migrate_dir.startswith(base.rstrip(os.sep) + os.sep)
    around = Surroundings(
        root=base if inside or migrate_dir == base else migrate_dir,
        auth_names=_auth_names(_get(document, "auth")),
        render_body=config is None or config.render_body,
    )
    found = (
        read_migration(file, around, findings)
        for file in list_migrations(migrate_dir, findings)
    )
    return tuple(migration for migration in found if migration is not None)


def _migrate_dir(document: Document, base: str) -> str:
    """Return where the migrations are, also when the rest of the file is wrong."""
    path = _get(document, "migrate_dir")
    if not isinstance(path, str) or is_null(path) or "\0" in path:
        return base
    return os.path.normpath(os.path.join(base, path))


def _auth_names(auth: object) -> Optional[Tuple[str, ...]]:
    """Return the names of the tokens, None where the file does not tell them all."""
    if auth is None:
        return ()
    names = [
        item.get("name") if isinstance(item, dict) else None
        for item in (auth if isinstance(auth, list) else [None])
    ]
    known = tuple(str(name) for name in names if isinstance(name, str))
    return known if len(known) == len(names) else None


def _get(document: Document, key: str) -> object:
    return document.data.get(key) if isinstance(document.data, dict) else None


def _note_env(document: Document, config: Config, findings: Findings) -> None:
    place_by_name(document.places, _get(document, "env"), "env")
    findings.warn(document, unset_variables(config.env, "env"))
    if config.store is not None:
        held = config.store.options_from_env.items()
        entries = [EnvEntry(name, value_from_env=variable) for name, variable in held]
        findings.warn(document, unset_variables(entries, f"store.{config.store.type}"))
