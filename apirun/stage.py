"""One stage: a directory of migrations with its place among the others."""

from enum import Enum
from inspect import getattr_static
from pathlib import Path
from typing import Iterable, Optional, Sequence, Tuple, Union

from attrs import evolve, field, frozen

from apirun.checked_values import checked
from apirun.composing import CallSite, call_site
from apirun.converters import listing, names, optional_seconds
from apirun.durations import to_seconds
from apirun.env import EnvEntry, EnvLike, to_entries
from apirun.migration import Migration
from apirun.origin import Origin
from apirun.settings import (
    AuthSettings,
    ClientSettings,
    LoggingSettings,
    StoreSettings,
    WaitSettings,
)
from apirun.state import StateStore

__all__ = ["EnvFromStage", "OnFailure", "Stage"]

PROMISES = tuple(name for name in vars(StateStore) if not name.startswith("_"))
"""What a store can do."""


class OnFailure(str, Enum):
    """
    What becomes of the other stages when one fails.

    Example:
        >>> stage = Stage(name="metrics", on_failure="continue")
        >>> stage.on_failure is OnFailure.CONTINUE
        True
    """

    STOP = "stop"
    CONTINUE = "continue"
    SKIP_DEPENDENTS = "skip_dependents"


def _policy(value: Union[str, OnFailure]) -> OnFailure:
    try:
        return OnFailure(value)
    except ValueError as error:
        known = [policy.value for policy in OnFailure]
        raise ValueError(f"{value!r} is none of: {', '.join(known)}") from error


def _migrations(value: Iterable[Migration]) -> Tuple[Migration, ...]:
    return tuple(sorted(listing(Migration)(value), key=lambda each: each.version))


def _auth(value: Iterable[AuthSettings]) -> Tuple[AuthSettings, ...]:
    return listing(AuthSettings)(value)


def _store(
    value: Union[StateStore, StoreSettings, None],
) -> Union[StateStore, StoreSettings, None]:
    if value is None or isinstance(value, StoreSettings):
        return value
    if isinstance(value, type):
        name = value.__name__
        raise TypeError(f"this is the class {name} itself: write {name}(...)")
    lacks = [name for name in PROMISES if getattr_static(value, name, None) is None]
    if lacks and not hasattr(type(value), "__getattr__"):
        # Not its repr, which may show a secret.
        shown = type(value).__name__
        if len(lacks) < len(PROMISES):
            shown += f", which lacks {', '.join(lacks)}"
        raise TypeError(
            f"this must be a store, not {shown}: write SqliteStore(...), "
            "PostgresStore(...) or StoreSettings(...)"
        )
    return value


@frozen(field_transformer=checked)
class EnvFromStage:
    """
    What a stage relies on another one to provide.

    Attributes:
        stage: A direct or indirect dependency.
        vars: Names of its variables.

    Example:
        >>> shop = Stage(
        ...     name="shop",
        ...     depends_on=["network"],
        ...     env_from_stages=[EnvFromStage("network", ["vpc_id"])],
        ...     store=MemoryStore(),
        ... )
        >>> Orchestrator([network, shop]).up().ok
        True
    """

    stage: str
    vars: Tuple[str, ...] = field(converter=names)


def _relied(value: Iterable[EnvFromStage]) -> Tuple[EnvFromStage, ...]:
    return listing(EnvFromStage)(value)


@frozen(kw_only=True, field_transformer=checked)
class Stage:
    """
    One stage: a directory of migrations with its place among the others.

    A stage with a *config_path* is a reference: whoever runs it reads the file
    then, takes its settings, and adds its migrations to *migrations*.

    Attributes:
        name: Unique among the stages that run together.
        migrations: The versions of this stage, ascending.
        depends_on: Names of the stages that must have finished before.
        env: Variables that this stage and all that depend on it see.
        private_env: Variables that only this stage sees (config.yaml ``env``).
        env_from_stages: What it relies on its dependencies to provide.
        condition: Template; the stage is skipped when it renders to false.
        timeout_s: Seconds for the whole stage; None means no limit.
        on_failure: What becomes of the other stages when this one fails.
        store: Where its history is kept: a store, or how to open one; None
            takes SQLite at ``<directory>/apirun.db``.
        auth: Its named tokens.
        client: How it talks HTTP.
        wait: What is polled before its first request.
        delay_between_migrations_s: Seconds of rest after each version.
        render_body: Whether bodies are templates unless they say otherwise.
        logging: What the command line logs.
        directory: Absolute path of its migrations; empty if it has none.
        config_path: File with its settings, as the user would type it.
        origin: Where the stage itself is declared (stages.yaml).
        config_origin: Where its settings are declared (config.yaml).
        made_at: The line of the program that composed it.

    Example:
        >>> create = Request("PUT", "{{.api_base}}/shops/{{.vpc_id}}", timeout_s="5s")
        >>> shop = Stage(
        ...     name="shop",
        ...     migrations=[Migration(version=1, name="open_shop", up=create)],
        ...     depends_on=["network"],
        ...     env={"api_base": api_base},
        ...     timeout_s="5m",
        ...     store=SqliteStore("shop.db"),
        ... )
        >>> list(Orchestrator([shop, network]).up().stages)
        ['network', 'shop']
    """

    name: str
    migrations: Tuple[Migration, ...] = field(default=(), converter=_migrations)
    depends_on: Tuple[str, ...] = field(default=(), converter=names)
    env: Tuple[EnvEntry, ...] = field(default=(), converter=to_entries)
    private_env: Tuple[EnvEntry, ...] = field(default=(), converter=to_entries)
    env_from_stages: Tuple[EnvFromStage, ...] = field(default=(), converter=_relied)
    condition: str = ""
    timeout_s: Optional[float] = field(default=None, converter=optional_seconds)
    on_failure: OnFailure = field(default=OnFailure.STOP, converter=_policy)
    store: Union[StateStore, StoreSettings, None] = field(
        default=None, converter=_store
    )
    auth: Tuple[AuthSettings, ...] = field(default=(), converter=_auth)
    client: ClientSettings = field(factory=ClientSettings)
    wait: Optional[WaitSettings] = None
    delay_between_migrations_s: float = field(default=0.0, converter=to_seconds)
    render_body: bool = True
    logging: LoggingSettings = field(factory=LoggingSettings)
    directory: str = ""
    config_path: str = ""
    origin: Optional[Origin] = field(default=None, eq=False, repr=False)
    config_origin: Optional[Origin] = field(default=None, eq=False, repr=False)
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )

    @classmethod
    def from_config(
        cls,
        config_path: Union[str, Path],
        *,
        name: str,
        depends_on: Sequence[str] = (),
        env: EnvLike = (),
    ) -> "Stage":
        """
        Return a stage whose settings and migrations stand in files.

        Nothing is read yet: `Orchestrator` reads the file, and raises
        `DocumentError` if it is wrong.

        Args:
            config_path: A ``config.yaml``, relative to the working directory.
            name: Name of the stage.
            depends_on: Names of the stages that must have finished before.
            env: Variables that this stage and all that depend on it see.

        Example:
            >>> shop = Stage.from_config("network/config.yaml", name="shop")
            >>> Migrator(shop, variables={"api_base": api_base}).up().ok
            True
        """
        return cls(
            name=name,
            config_path=(
                str(config_path) if isinstance(config_path, Path) else config_path
            ),
            depends_on=depends_on,
            env=env,
        )

    @property
    def keeps_history(self) -> bool:
        """Whether what it did is known to a later run (``store.disabled``)."""
        return not (isinstance(self.store, StoreSettings) and self.store.disabled)

    def with_migrations(self, *migrations: Migration) -> "Stage":
        """
        Return the same stage with *migrations* added to its own.

        Example:
            >>> down = Request("DELETE", "{{.api_base}}/roles/admin")
            >>> up = Request("PUT", "{{.api_base}}/roles/admin")
            >>> role = Migration(version=2, name="role", up=up, down=down)
            >>> [each.label for each in network.with_migrations(role).migrations]
            ['001_create_vpc', '002_role']
        """
        return evolve(self, migrations=(*self.migrations, *migrations))
