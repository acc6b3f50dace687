"""Directories of stages, written for a test."""

import json
from pathlib import Path
from typing import Dict, Mapping, Sequence

__all__ = ["thing", "write_stages"]


def thing(name: str, *, kind: str = "probe") -> Dict[str, object]:
    """
    Return a migration that makes the thing *name* at the counting API.

    Args:
        name: The thing.
        kind: ``probe`` posts and can be looked up, ``put`` and ``key`` can be
            sent twice, ``post`` is neither, ``poll`` is a ``probe`` that is
            polled afterwards.
    """
    url = "{{.api_base}}/things"
    capture = {"env_from": {f"{name}_id": "id"}}
    request: Dict[str, object] = {
        "method": "POST",
        "url": url,
        "body": json.dumps({"name": name}),
    }
    if kind == "put":
        request = {"method": "PUT", "url": f"{url}/{name}"}
    if kind == "key":
        request["idempotency_key"] = True
    migration: Dict[str, object] = {
        "up": {"name": f"make {name}", "request": request, "response": capture},
        "down": {"method": "DELETE", "url": f"{url}/{name}"},
    }
    if kind == "poll":
        migration["up"]["poll"] = {  # type: ignore[index]  # a mapping, as above
            "request": {"url": f"{url}/{name}"},
            "until": f'{{{{eq .found "{name}"}}}}',
            "response": {"env_from": {"found": "name"}},
        }
    if kind in ("probe", "poll"):
        probe = {"request": {"method": "GET", "url": f"{url}?name={name}"}}
        migration["probe"] = {**probe, "response": {**capture, "result_code": ["200"]}}
    return migration


def write_stages(
    root: Path,
    api_base: str,
    stages: Mapping[str, Sequence[Mapping[str, object]]],
    depends_on: Mapping[str, Sequence[str]],
    **settings: object,
) -> Path:
    """
    Write stages.yaml and a directory for each stage, and return its path.

    JSON is YAML, so the files are written as JSON.

    Args:
        root: Directory to write to.
        api_base: The variable of that name.
        stages: Migrations by the stage's name.
        depends_on: Dependencies by the stage's name.
        settings: Further keys of ``global``; ``stage_NAME`` adds keys to a stage.
    """
    extra = {k[6:]: v for k, v in settings.items() if k.startswith("stage_")}
    entries = []
    for name, migrations in stages.items():
        directory = root / name
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "config.yaml").write_text("{}\n")
        for version, migration in enumerate(migrations, start=1):
            path = directory / f"{version:03d}_{name}_{version}.yaml"
            path.write_text(json.dumps(migration, indent=1))
        entries.append(
            {
                "name": name,
                "config_path": f"{name}/config.yaml",
                "depends_on": list(depends_on.get(name, ())),
                **extra.get(name, {}),  # type: ignore[dict-item]
            }
        )
    document = {
        "stages": entries,
        "global": {
            "env": {"api_base": api_base},
            **{k: v for k, v in settings.items() if not k.startswith("stage_")},
        },
    }
    path = root / "stages.yaml"
    path.write_text(json.dumps(document, indent=1))
    return path
