"""The house that the modules live in: floors, cycles, size, and the public face."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import apirun
import apirun.reports
import apirun.testing

ROOT = Path(__file__).parent.parent
CORE = ROOT / "apirun"
COMMAND = ROOT / "apirun_cli" / "src" / "apirun_cli"
PLUGIN = ROOT / "apirun_pytest"
MOST_LINES = 300
HEAVY = ("requests", "urllib3", "jsonpath_ng", "psycopg", "rich", "click", "structlog")

# A room (a module, or a package as a whole) imports from lower floors only.
FLOORS = (
    # The ground: facts that know nothing of the rest.
    (
        "_compat",
        "bounds",
        "durations",
        "interrupts",
        "measure",
        "secret_forms",
        "secret_names",
    ),
    ("plain_data", "shown_line"),
    ("origin",),
    ("exceptions",),
    ("composing",),
    ("checked_values",),
    # The words: engines and values that stand alone.
    ("capture", "env", "masking", "quiet", "retry", "state", "template"),
    ("error_report", "migration_context", "status", "validation", "value_schema"),
    ("converters", "excerpt", "reprs"),
    ("arguments", "call"),
    (
        "auth_types",
        "control",
        "drawing",
        "graph",
        "migration",
        "plan",
        "planned",
        "plugins",
        "results",
        "settings",
        "variables",
    ),
    (
        "environment",
        "events",
        "rendering",
        "run_settings",
        "selection",
        "stage",
    ),
    ("places", "report_document"),
    # The borders to files, network and databases, and pure rules beside them.
    ("documents", "http", "stores"),
    (
        "captured",
        "condition",
        "emitter",
        "exchanged",
        "failures",
        "logs",
        "schemas",
        "scheduler",
        "scoping",
        "suppliers",
        "unmentioned",
    ),
    ("portable",),
    (
        "auth",
        "policy",
        "readiness",
        "rendered",
        "stage_job",
        "stage_stores",
        "version_scope",
    ),
    ("exchange", "landscape", "shown_request"),
    ("calling", "setting_templates"),
    # One stage: what stands, what is due, what is sent, what becomes of it.
    ("journal", "rollback", "settling"),
    ("aftermath", "stage_context", "standing", "workload"),
    ("polling",),
    ("attempt", "prerequisites", "preview", "settlement"),
    ("foresight", "lock_waiting", "planning", "version_run"),
    ("stage_run", "stages_results", "version_adoption"),
    ("adoption", "drift", "launching", "validating"),
    ("directory_view",),
    ("directory_records",),
    # The whole.
    ("migrator", "stages_run"),
    ("stages_adoption", "stages_rollback"),
    ("stages_view",),
    ("stages_check",),
    ("stages_records",),
    ("stages_environment",),
    ("orchestrator", "reports", "testing"),
    ("",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}


def modules(directory, package):
    """Return the path of every module below *directory* by its dotted name."""
    found = {}
    for path in sorted(directory.rglob("*.py")):
        parts = path.relative_to(directory).with_suffix("").parts
        name = ".".join((package, *parts))
        found[name[: -len(".__init__")] if parts[-1] == "__init__" else name] = path
    return found


def imported(path, known):
    """Return which of the *known* modules a file imports, wherever it does so."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            below = {f"{node.module}.{alias.name}" for alias in node.names}
            names |= (below & known) or {node.module}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & known


def names_from(path, package):
    """Return what a file imports from *package*: pairs of module and name."""
    return {
        (node.module, alias.name)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module is not None
        and node.module.split(".")[0] == package
        for alias in node.names
    }


CORE_MODULES = modules(CORE, "apirun")
COMMAND_MODULES = modules(COMMAND, "apirun_cli")
PLUGIN_MODULES = modules(PLUGIN, "apirun_pytest")
EVERY = {**CORE_MODULES, **COMMAND_MODULES, **PLUGIN_MODULES}
IMPORTS = {name: imported(path, set(EVERY)) - {name} for name, path in EVERY.items()}


def room_of(name):
    """Return the room of a module of the library."""
    return name.partition(".")[2].partition(".")[0]


def test_every_room_has_its_floor():
    """A new room is given a floor, and one that is gone leaves the table."""
    assert {room_of(name) for name in CORE_MODULES} == set(FLOOR_OF)


@pytest.mark.parametrize("name", sorted(CORE_MODULES))
def test_a_room_imports_from_lower_floors_only(name):
    """Nothing is imported from the same floor or from above, also not lazily."""
    room = room_of(name)
    others = {room_of(other) for other in IMPORTS[name]} - {room}

    assert {other for other in others if FLOOR_OF[other] >= FLOOR_OF[room]} == set()


def test_nothing_is_imported_in_a_circle():
    """No module leads back to itself, by functions and type checking neither."""
    left = dict(IMPORTS)
    while True:
        leaves = {name for name, below in left.items() if not below & set(left)}
        if not leaves:
            break
        left = {name: below for name, below in left.items() if name not in leaves}

    assert {} == left


def test_the_library_does_not_know_its_command():
    """What is imported from the library stays free of command line and plugin."""
    above = {*COMMAND_MODULES, *PLUGIN_MODULES}

    assert set() == {name for name in CORE_MODULES if IMPORTS[name] & above}


@pytest.mark.parametrize("engine", ["template", "capture"])
def test_the_text_engines_stand_alone(engine):
    """They can be used without the rest of the library."""
    outside = {
        other
        for name in CORE_MODULES
        if room_of(name) == engine
        for other in IMPORTS[name]
        if room_of(other) != engine
    }

    assert set() == outside


@pytest.mark.parametrize("name", sorted(EVERY))
def test_a_module_is_short_and_says_what_it_is(name):
    """At most 300 lines, and a docstring."""
    text = EVERY[name].read_text("utf-8")

    assert len(text.splitlines()) <= MOST_LINES
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("name", sorted(COMMAND_MODULES))
def test_the_command_uses_public_names_only(name):
    """The command line can do nothing that another program can't."""
    used = names_from(COMMAND_MODULES[name], "apirun")
    faces = {"apirun": apirun.__all__, "apirun.reports": apirun.reports.__all__}

    assert set() == {pair for pair in used if pair[1] not in faces.get(pair[0], ())}


@pytest.mark.parametrize("name", sorted(PLUGIN_MODULES))
def test_the_plugin_uses_public_names_only(name):
    """The fixtures can do nothing that another program can't."""
    used = names_from(PLUGIN_MODULES[name], "apirun")
    faces = {"apirun": apirun.__all__, "apirun.testing": apirun.testing.__all__}

    assert set() == {pair for pair in used if pair[1] not in faces.get(pair[0], ())}


def test_the_public_face_is_sorted_complete_and_documented():
    """Each public name is there and says what it is, and no other is."""
    tree = ast.parse((CORE / "__init__.py").read_text("utf-8"))
    brought = [
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]

    assert sorted(apirun.__all__) == apirun.__all__
    assert sorted(brought) == apirun.__all__
    assert [] == [
        name
        for name in apirun.__all__
        if name not in ("DurationLike", "Event", "Listener")
        and not getattr(apirun, name).__doc__
    ]


def test_importing_the_library_is_cheap():
    """What is heavy is imported by what uses it, when it does."""
    done = subprocess.run(
        [sys.executable, "-c", "import apirun, sys; print(*sys.modules)"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )

    assert not set(done.stdout.split()) & set(HEAVY)
