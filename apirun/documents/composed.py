"""Stages composed in Python: their files are read, their values checked likewise."""

import json
import os
from typing import (
    Callable,
    Collection,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
    TypeVar,
)

from attrs import asdict, evolve

from apirun.composing import call_site, told_at
from apirun.documents.actions import read_parsed
from apirun.documents.auth_schema import check_settings, refuse_repeats, token_name
from apirun.documents.bodies import (
    BodyFile,
    Surroundings,
    check_auth,
    read_body,
    requests_in,
    with_bodies,
)
from apirun.documents.calls import check_calls, take_calls
from apirun.documents.dependencies import check_names
from apirun.documents.directory import LoadedStage, read_directory
from apirun.documents.document import Findings
from apirun.documents.environment import unset_variables
from apirun.documents.faults import Fault, Faults, faults_of
from apirun.documents.meaning import BODY_BASE64
from apirun.documents.migration_file import unset_in
from apirun.documents.named import env
from apirun.documents.polls import unprobed_captures
from apirun.documents.recorded import as_data, dump_migration
from apirun.documents.templates import check_condition, check_template, leaves
from apirun.env import EnvEntry
from apirun.exceptions import DocumentError
from apirun.migration import Migration, Request
from apirun.origin import Problem, shown_path
from apirun.places import composed_problem
from apirun.stage import Stage

__all__ = ["check_env", "resolve_stage", "resolve_stages"]

T = TypeVar("T")


def check_env(entries: Sequence[EnvEntry]) -> None:
    """
    Check the variables that all stages of a composed orchestrator see.

    Raises:
        DocumentError: By the rules for ``global.env``, with the line of the call.
    """
    listed = as_data([{"name": item.name, "value": item.value} for item in entries])
    faults, site = _told(env, listed, "env"), call_site()
    noun = "Orchestrator"
    if faults and site is not None:
        raise DocumentError(
            tuple(
                told_at(site, noun, each.key, f"{noun}, env: {each.message}")
                for each in faults
            )
        )


def resolve_stage(stage: Stage, auth_types: Collection[str] = ()) -> LoadedStage:
    """
    Read the files that a stage composed in Python refers to, and check the rest.

    A stage with a *config_path* gets its settings and migrations from there,
    beside those that it has; what was read from a file before is left alone.

    Args:
        stage: Composed in Python, or loaded.
        auth_types: Types of tokens that the program brings itself.

    Raises:
        DocumentError: With everything that is wrong; what has no file is named
            by its stage and key.
    """
    findings = Findings()
    resolved = stage
    if stage.config_path and stage.config_origin is None:
        resolved = _with_files(stage, findings, auth_types)
    if stage.origin is None:
        _check_stage(stage, findings, auth_types)
    _check_versions(resolved, findings)
    names = tuple(settings.name for settings in resolved.auth)
    around = Surroundings(
        os.sep, names, resolved.render_body, "it was composed without 'auth'"
    )
    migrations = tuple(
        migration
        if migration.origin is not None
        else _check_migration(resolved, migration, around, findings)
        for migration in resolved.migrations
    )
    return LoadedStage(evolve(resolved, migrations=migrations), findings.close())


def resolve_stages(
    stages: Iterable[Stage], auth_types: Collection[str] = ()
) -> Tuple[Tuple[Stage, ...], Tuple[Problem, ...]]:
    """
    Return each of *stages* as `resolve_stage` does, and all warnings.

    Args:
        stages: Composed in Python, or loaded.
        auth_types: Types of tokens that the program brings itself.

    Raises:
        DocumentError: With everything that is wrong in any of them, and with
            names that do not fit together.
    """
    given = list(stages)
    problems: List[Problem] = []
    loaded: List[LoadedStage] = []
    for stage in given:
        try:
            loaded.append(resolve_stage(stage, auth_types))
        except DocumentError as error:
            problems += error.problems
    problems += _unfit(given)
    if problems:
        raise DocumentError(tuple(problems))
    warnings = (warning for entry in loaded for warning in entry.warnings)
    return tuple(entry.stage for entry in loaded), tuple(warnings)


def _with_files(stage: Stage, findings: Findings, auth_types: Collection[str]) -> Stage:
    """Return *stage* with what its config.yaml and the files beside it say."""
    path = os.path.abspath(stage.config_path)
    if not os.path.exists(path):
        message = f"there is no file {shown_path(path)}"
        findings.problems.append(composed_problem(stage, None, "config_path", message))
        return stage
    directory = read_directory(path, findings, auth_types)
    if directory is None:
        return stage
    settled = directory.settle(stage)
    return evolve(
        settled,
        migrations=(*settled.migrations, *stage.migrations),
        private_env=(*settled.private_env, *stage.private_env),
    )


def _unfit(stages: Sequence[Stage]) -> Iterator[Problem]:
    """Return what is wrong with the names by which composed stages refer to others."""
    if all(stage.origin is not None for stage in stages):
        return
    listed = [
        {
            "name": stage.name,
            "depends_on": list(stage.depends_on),
            "env_from_stages": [
                {"stage": wanted.stage} for wanted in stage.env_from_stages
            ],
        }
        for stage in stages
    ]
    for fault in check_names({"stages": listed}):
        _, index, key = fault.key.split(".", 2)
        yield composed_problem(stages[int(index)], None, key, fault.message)


def _check_stage(stage: Stage, findings: Findings, auth_types: Collection[str]) -> None:
    faults = [] if stage.name else [Fault("this must not be empty", "name")]
    for key, entries in (("env", stage.env), ("private_env", stage.private_env)):
        listed = as_data([{"name": item.name, "value": item.value} for item in entries])
        faults += _told(env, listed, key)
    faults += _told(check_condition, stage.condition, "condition")
    faults += [
        fault.below("auth")
        for fault in refuse_repeats(settings.name for settings in stage.auth)
    ]
    tokens = as_data([asdict(settings) for settings in stage.auth])
    faults += [fault.below("auth") for fault in check_settings(tokens, auth_types)]
    for index, settings in enumerate(stage.auth):
        faults += _told(token_name, settings.name, f"auth.{index}.name")
        for leaf, text in leaves(settings.config, f"auth.{index}.config"):
            faults += _told(check_template, text, leaf)
    if stage.wait is not None:
        faults += _told(check_template, stage.wait.url, "wait.url")
        for name, value in stage.wait.headers:
            faults += _told(check_template, value, f"wait.headers.{name}")
    findings.problems += [_problem(stage, None, fault) for fault in faults]
    unset = [
        *unset_variables(stage.env, "env"),
        *unset_variables(stage.private_env, "private_env"),
    ]
    findings.warnings += [_problem(stage, None, fault) for fault in unset]


def _check_versions(stage: Stage, findings: Findings) -> None:
    seen: Dict[int, Migration] = {}
    for migration in stage.migrations:
        other = seen.setdefault(migration.version, migration)
        if other is not migration:
            message = (
                f"the version {migration.version} is that of {other.label} and of "
                f"{migration.label}: give one of them another number"
            )
            fault = Fault(message, "version")
            findings.problems.append(_problem(stage, migration, fault))


def _check_migration(
    stage: Stage, migration: Migration, around: Surroundings, findings: Findings
) -> Migration:
    """Check a composed migration by the rules for files, and read its bodies."""
    faults: List[Fault] = []
    bodies: Dict[str, BodyFile] = {}
    unwritable = [*_unwritable(migration)]
    if unwritable:
        findings.problems += [_problem(stage, migration, each) for each in unwritable]
        return migration
    # Through JSON, so that a body that is none is told as it would be later.
    data = as_data(json.loads(dump_migration(migration)))
    take_calls(data)
    faults += [] if migration.name else [Fault("this must not be empty", "name")]
    faults += check_calls(migration)
    here = os.path.join(os.getcwd(), "composed")
    for key, request in requests_in(data):
        if isinstance(request, dict) and request.pop(BODY_BASE64, None) is not None:
            continue
        content, wrong = read_body(key, request, path=here, around=around)
        faults += wrong
        if content is not None:
            bodies[key] = content
    faults += check_auth(data, around)
    faults += _told(read_parsed, data, "")
    findings.problems += [_problem(stage, migration, fault) for fault in faults]
    if not faults:
        odd = [*unset_in(migration), *unprobed_captures(migration)]
        findings.warnings += [_problem(stage, migration, fault) for fault in odd]
    return with_bodies(migration, bodies)


def _unwritable(migration: Migration) -> Iterator[Fault]:
    """Return a fault for each body that JSON can't write."""
    actions = [("up", migration.up), ("down", migration.down)]
    if isinstance(migration.down, Request):
        actions.append(("down.find", migration.down.find))
    for key, action in actions:
        if isinstance(action, Request) and not isinstance(action.body, bytes):
            try:
                json.dumps(action.body, allow_nan=False)
            except (TypeError, ValueError, RecursionError) as error:
                yield Fault(f"the body is not JSON: {error}", f"{key}.body")


def _told(check: Callable[[T], object], value: T, key: str) -> List[Fault]:
    """Return what *check* says about *value*."""
    try:
        check(value)
    except (Fault, Faults) as error:
        return faults_of(error, key)
    return []


def _problem(stage: Stage, migration: Optional[Migration], fault: Fault) -> Problem:
    column = fault.column if fault.line == 1 else None
    return composed_problem(stage, migration, fault.key, fault.message, column=column)
