"""One directory of migrations, written for a test, and a migrator over it."""

import json
from pathlib import Path
from typing import Any, Mapping

from apirun import Migrator

__all__ = ["Directory"]


class Directory:
    """
    One directory of migrations with its config.yaml.

    JSON is YAML, so the files are written as JSON.

    Args:
        root: Where it is.
        api_base: The variable of that name in config.yaml.
        config: Further keys of config.yaml.
    """

    def __init__(self, root: Path, api_base: str, **config: Any) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        env = {"api_base": api_base, **config.pop("env", {})}
        self.config = root / "config.yaml"
        self.config.write_text(json.dumps({"env": env, **config}))

    def write(self, version: int, name: str, migration: Mapping[str, Any]) -> Path:
        """Write a migration, and return its path."""
        path = self.root / f"{version:03d}_{name}.yaml"
        path.write_text(json.dumps(migration, indent=1))
        return path

    def migrator(self, **arguments: Any) -> Migrator:
        """Return a migrator that has read the files as they are now."""
        return Migrator.from_config(self.config, **arguments)
