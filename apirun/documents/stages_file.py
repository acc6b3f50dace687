"""All stages of a ``stages.yaml``, with what their directories hold."""

import os
from typing import Collection, Dict, List, Optional, Tuple

from attrs import field, frozen

from apirun.documents.dependencies import check_names
from apirun.documents.directory import Directory, read_directory
from apirun.documents.document import Document, Findings
from apirun.documents.environment import unset_variables
from apirun.documents.faults import Fault, Faults
from apirun.documents.mistaken import open_stages
from apirun.documents.named import place_by_name
from apirun.documents.scalars import is_null
from apirun.documents.stages_schema import Entry, StagesDocument, read_stages
from apirun.env import EnvEntry
from apirun.origin import Origin, Place, Problem, shown_path
from apirun.stage import OnFailure, Stage

__all__ = ["StagesFile", "load_stages"]


@frozen(kw_only=True)
class StagesFile:
    """
    All stages of a stages.yaml, with what their directories hold.

    Attributes:
        stages: In the order of the file.
        env: Variables that all stages see (``global.env``).
        wait_between_stages_s: Seconds of rest after each stage.
        rollback_on_failure: Whether a failed run is rolled back.
        max_concurrent_stages: How many run at a time; 0 means no limit.
        origin: The file.
        warnings: What is odd and no error yet.
    """

    stages: Tuple[Stage, ...]
    env: Tuple[EnvEntry, ...] = ()
    wait_between_stages_s: float = 0.0
    rollback_on_failure: bool = False
    max_concurrent_stages: int = 8
    origin: Origin = field(repr=False)
    warnings: Tuple[Problem, ...] = ()


def load_stages(path: str, auth_types: Collection[str] = ()) -> StagesFile:
    """
    Read a stages.yaml, and every file that it leads to.

    Args:
        path: The stages.yaml, relative to the working directory.
        auth_types: Types of tokens that the program brings itself.

    Raises:
        DocumentError: With everything that is wrong in any of the files.
    """
    findings = Findings()
    document = open_stages(os.path.abspath(path), findings)
    if document is None:
        findings.close()
        raise AssertionError("a document that can't be read has a problem")
    told: Optional[StagesDocument] = None
    faults: List[Fault] = [*check_names(document.data)]
    try:
        told = read_stages(document.data)
    except (Fault, Faults) as error:
        faults += error.faults if isinstance(error, Faults) else [error]
    paths = _config_paths(document)
    faults += _missing(paths)
    findings.add(document, faults)
    directories = _read_directories(paths, findings, auth_types)
    if told is not None:
        _note_env(document, told, findings)
    warnings = findings.close()
    if told is None:
        raise AssertionError("a document that does not fit has a problem")
    places = _places_by_stage(document)
    return StagesFile(
        stages=tuple(
            _stage(
                entry,
                Origin(document.file, places.get(str(index), {})),
                directories[paths[index]],
            )
            for index, entry in enumerate(told.stages)
        ),
        env=told.globals.env,
        wait_between_stages_s=told.globals.wait_between_stages_s,
        rollback_on_failure=told.globals.rollback_on_failure,
        max_concurrent_stages=told.globals.max_concurrent_stages,
        origin=document.origin,
        warnings=warnings,
    )


def _config_paths(document: Document) -> Dict[int, str]:
    """Return the absolute path of each stage's config.yaml, as far as it is told."""
    data = document.data
    stages = data.get("stages") if isinstance(data, dict) else None
    base = os.path.dirname(document.path)
    paths = {}
    for index, entry in enumerate(stages if isinstance(stages, list) else ()):
        path = entry.get("config_path") if isinstance(entry, dict) else None
        if isinstance(path, str) and not is_null(path) and path.strip():
            paths[index] = os.path.normpath(os.path.join(base, path))
    return paths


def _missing(paths: Dict[int, str]) -> List[Fault]:
    """Tell, in the stages.yaml itself, which files it names are not there."""
    return [
        Fault(
            f"{shown_path(path)} {_why(path)}: 'config_path' names a stage's "
            "config.yaml",
            f"stages.{index}.config_path",
        )
        for index, path in paths.items()
        if not os.path.isfile(path)
    ]


def _why(path: str) -> str:
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return "does not exist"
    except OSError as error:
        return f"can't be reached: {error.strerror}"
    return "is a directory" if os.path.isdir(path) else "is no regular file"


def _read_directories(
    paths: Dict[int, str], findings: Findings, auth_types: Collection[str]
) -> Dict[str, Optional[Directory]]:
    """Read each config.yaml once, however many stages name it."""
    return {
        path: read_directory(path, findings, auth_types)
        for path in dict.fromkeys(paths.values())
        if os.path.isfile(path)
    }


def _stage(entry: Entry, origin: Origin, directory: Optional[Directory]) -> Stage:
    stage = Stage(
        name=entry.name,
        depends_on=entry.depends_on,
        env=entry.env,
        env_from_stages=entry.env_from_stages,
        condition=entry.condition,
        timeout_s=entry.timeout_s,
        on_failure=OnFailure(entry.on_failure),
        origin=origin,
    )
    return stage if directory is None else directory.settle(stage)


def _places_by_stage(document: Document) -> Dict[str, Dict[str, Place]]:
    """Return the places below each entry of ``stages``, as seen from there."""
    by_stage: Dict[str, Dict[str, Place]] = {}
    for path, place in document.places.items():
        root, _, below = path.partition(".")
        index, _, key = below.partition(".")
        if root == "stages" and key:
            by_stage.setdefault(index, {})[key] = place
    return by_stage


def _note_env(document: Document, told: StagesDocument, findings: Findings) -> None:
    """Give variables a place by their names, and warn of unset ones."""
    data = document.data
    if not isinstance(data, dict) or not isinstance(data["stages"], list):
        return
    faults = []
    for index, entry in enumerate(told.stages):
        key = f"stages.{index}.env"
        place_by_name(document.places, data["stages"][index].get("env"), key)
        faults += unset_variables(entry.env, key)
    common = data.get("global")
    if isinstance(common, dict):
        place_by_name(document.places, common.get("env"), "global.env")
        faults += unset_variables(told.globals.env, "global.env")
    findings.warn(document, faults)
