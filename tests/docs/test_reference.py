"""The reference says what the program says of itself."""

import importlib
import re
import sys

import pytest

from apirun import schema
from apirun.auth_types import AUTH_TYPES
from apirun.capture import MISSING, Path, as_text, parse_document
from apirun.template import Template
from apirun.template.functions import FUNCTIONS
from docs.hooks import commands as command_pages
from docs.hooks import keys as key_pages
from docs.hooks import names as name_pages
from docs.hooks import plugin_options
from tests.helpers.command import run_apirun_here
from tests.helpers.docstrings import PUBLIC
from tests.helpers.pages import blocks_of, pages

TEXTS = pages()
MADE = re.compile(r"<!-- made: keys of (\w+) -->")
KINDS = {kind for text in TEXTS.values() for kind in MADE.findall(text)}
PACKAGES = sorted(
    {*PUBLIC, "apirun.testing", "apirun.testing.failing", "apirun_pytest"}
)
OPTION = re.compile(r"^  (-\S.*?)(?:  +(.*))?$")


def help_of(*words):
    return run_apirun_here(*words, "--help").out


def section(text, title):
    """Return the lines of one section of a help."""
    _, _, rest = text.partition(f"\n{title}:\n")
    return re.split(r"\n(?=\S)", rest)[0].splitlines() if rest else []


def options_in(text):
    """Return each option with what a help says of it, as one line."""
    found = []
    for line in section(text, "Options"):
        match = OPTION.match(line)
        if match:
            found.append([match.group(1), match.group(2) or ""])
        elif line.strip():
            found[-1][1] = f"{found[-1][1]} {line.strip()}".strip()
    return [(words, " ".join(told.split())) for words, told in found]


def every_command(*above):
    """Yield the words of all commands, as the helps themselves list them."""
    yield above
    for line in section(help_of(*above), "Commands"):
        if re.match(r"  \w", line):
            yield from every_command(*above, line.split()[0])


COMMANDS = list(every_command())


def test_the_reference_has_every_command():
    """In the order of the helps, and no other."""
    shown = [name for name, _ in command_pages.commands()]

    assert [" ".join(("apirun", *words)) for words in COMMANDS] == shown


@pytest.mark.parametrize("words", COMMANDS, ids=lambda w: "-".join(w) or "apirun")
def test_a_command_is_told_as_its_help_tells_it(words):
    """Options, what they do, and each line of the text."""
    context = dict(command_pages.commands())[" ".join(("apirun", *words))]
    page = command_pages.reference().partition(f"{{ #{'-'.join(('apirun', *words))} }}")
    told = " ".join(page[2].partition("\n## ")[0].split())
    text = help_of(*words)
    shown = [
        (flags, " ".join(meaning.split()))
        for flags, meaning, _ in command_pages.options(context)
    ]

    assert options_in(text) == shown
    for flags, meaning in shown:
        cells = ", ".join(f"`{flag}`" for flag in flags.split(", "))
        assert f"| {cells} | {meaning} |".replace("  ", " ") in told.replace(
            "\\|", "|"
        ).replace("&lt;", "<")
    for line in text.partition("\nOptions:")[0].splitlines()[2:]:
        title = re.fullmatch(r" +([A-Z][\w ]+):", line)
        wanted = f"**{title.group(1)}**" if title else " ".join(line.split())
        assert wanted in told.replace("&lt;", "<"), line


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_key_of_a_file_is_told(kind):
    """With what it takes and what it means, as the schema has it."""
    shape = schema(kind)
    table = key_pages.keys(shape)
    missing = [
        path
        for path, taken in key_pages.paths(shape)
        if f"| `{path.rpartition('.')[2]}` | {key_pages.words(taken)}" not in table
        or str(taken["description"]).replace("***", "`***`") not in table
    ]

    assert [] == missing


@pytest.mark.parametrize("kind", ["config", "migration", "stages"])
def test_a_key_that_may_be_left_out_tells_its_default(kind):
    """At least where it takes a number, a duration, a choice, or yes and no."""
    silent = [
        path
        for path, taken in key_pages.paths(schema(kind))
        if {"type": "null"} in taken.get("anyOf", ()) or "enum" in taken
        if re.search(r"number|duration|, `|or `false`", key_pages.words(taken))
        if "default" not in taken["description"]
    ]

    assert [] == silent


def test_every_file_has_its_page():
    """The keys of each stand on one page."""
    asked = MADE.findall("".join(TEXTS.values()))

    assert sorted(set(asked)) == sorted(asked)
    assert {"config", "migration", "stages"} <= set(asked)


def test_the_settings_of_every_type_of_token_are_told():
    """By their names, on the page of config.yaml."""
    told = key_pages.auth_types()

    assert "<!-- made: auth types -->" in TEXTS["reference/config-file.md"]
    for name, kind in AUTH_TYPES.items():
        part = told.partition(f"### `{name}`")[2].partition("###")[0]
        rows = re.findall(r"^\| `(\w+)` \| (.*) \| (.+\.) \|$", part, re.MULTILINE)
        assert kind.known == [key for key, _, _ in rows]
        assert set(kind.required) == {k for k, taken, _ in rows if "required" in taken}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_is_in_the_reference(package):
    """
    A name of `apirun` is by itself; another package is named on a page.

    That is, ``<!-- made: all of PACKAGE -->`` in docs/pages/reference/api.
    """
    shown = set(name_pages.documented())
    module = importlib.import_module(package)

    assert [] == [
        f"{package}.{name}"
        for name in module.__all__
        if f"{package}.{name}" not in shown
        and not any(
            f"{above}.{name}" in shown
            and getattr(sys.modules[above], name) is getattr(module, name)
            for above in ("apirun", package.rpartition(".")[0] or "apirun")
        )
    ]


def test_every_public_package_is_named_where_the_reference_begins():
    """What is not named there is not promised."""
    promised = TEXTS["reference/api/index.md"].partition("under the names")[0]

    assert {*PACKAGES, "apirun"} - {"apirun.reports.html"} == set(
        re.findall(r"`(apirun[\w.]*)`", promised)
    )


def test_every_name_says_what_it_is():
    """A type or a constant has its text below it, which only a reader sees."""
    griffe = pytest.importorskip("griffe", reason="the extra 'docs' is not here")
    packages = {name: griffe.load(name) for name in ("apirun", "apirun_pytest")}
    silent = []
    for name in name_pages.documented():
        top, _, below = name.partition(".")
        found = packages[top][below] if below else packages[top]
        if not (found.final_target if found.is_alias else found).docstring:
            silent.append(name)

    assert [] == silent


def test_no_name_is_told_twice():
    """Each has one place to link to."""
    shown = name_pages.documented()

    assert sorted(set(shown)) == sorted(shown)


@pytest.mark.e2e
def test_every_name_can_be_linked_to(site):
    """The pages that were built have an anchor for each."""
    built = "".join(
        path.read_text("utf-8")
        for path in (site.directory / "reference" / "api").glob("*.html")
    )

    assert [] == [
        name
        for name in name_pages.documented()
        # A module has its page, and no heading of its own there.
        if f'id="{name}"' not in built and name not in sys.modules
    ]


@pytest.mark.e2e
def test_examples_in_docstrings_are_shown_as_code(site):
    """A page of names has no prompt outside of a block of code."""
    for path in (site.directory / "reference" / "api").glob("*.html"):
        text = re.sub(r"<pre.*?</pre>", "", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<code>.*?</code>", "", text, flags=re.DOTALL)
        assert "&gt;&gt;&gt;" not in text, path.name
        assert not re.search(r"::|``|:\w+:`", re.sub("<.*?>", "", text)), path.name


def test_the_options_of_the_plugin_are_told(pytestconfig):
    """As the plugin declares them."""
    told = "\n".join(plugin_options.rows())
    declared = set(re.findall(r"`(?:--)?([\w-]+)[ `]", told))

    assert {"apirun-keep", "apirun-var", "apirun_keep", "apirun_var"} <= declared
    for name in declared:
        option = name.replace("-", "_")
        assert pytestconfig.getini(option) is not None
    assert "<!-- made: pytest options -->" in TEXTS["reference/api/pytest.md"]


VARIABLES = {
    "name": "Ada",
    "nothing": "",
    "port": "8080",
    "document": '{"id": "vpc-7"}',
}
ROWS = re.findall(
    r"^\| `(\w+)` \| `(\{\{.*\}\})` \| `(.*)` \|$",
    TEXTS["reference/templates.md"],
    re.MULTILINE,
)
PATHS = re.findall(
    r"^\| `(\S+)` \| (?:`(.*)`|empty text) \|$",
    TEXTS["reference/paths.md"].partition("| path | gives |")[2],
    re.MULTILINE,
)


def test_every_function_of_templates_is_told():
    """In one row, and no other is."""
    told = [name for name, _, _ in ROWS]

    assert sorted(FUNCTIONS) == sorted([*told, "call"])
    assert "`call`" in TEXTS["reference/templates.md"]


@pytest.mark.parametrize(("name", "example", "gives"), ROWS)
def test_a_function_gives_what_is_told(name, example, gives):
    """The example of its row renders to what stands beside it."""
    rendered = Template(example).render({**VARIABLES, "env": VARIABLES})

    assert gives == rendered.replace("\n", "\\n")


@pytest.mark.parametrize(("path", "gives"), PATHS)
def test_a_path_gives_what_is_told(path, gives):
    """Over the document that stands above the table."""
    (block,) = [
        block
        for block in blocks_of("paths.md", TEXTS["reference/paths.md"])
        if block.kind == "json"
    ]
    found = Path(path).get(parse_document(block.text.encode()))

    assert found is not MISSING
    assert gives == as_text(found)


def test_there_are_paths_to_check():
    """The table is read."""
    assert len(PATHS) > 10
