"""Pictures of the stages: each form is what its readers take."""

import re
import shutil
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import given

from apirun import GraphNode, GraphView, Tone
from apirun.measure import cells
from tests.drawing.strategies import views, wide

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = GraphView(
    (
        GraphNode(name='we"ird <b>&[x]\\', state="failed", tone=Tone.BAD),
        GraphNode(
            name="データベース\n2",
            state="1 pending",
            tone=Tone.DUE,
            depends_on=('we"ird <b>&[x]\\',),
        ),
    )
)


@given(views())
def test_an_svg_is_xml_with_a_box_and_a_title_for_each_stage(view):
    """Any names can stand in it; it has a name for screen readers and no script."""
    root = ElementTree.fromstring(view.to_svg())
    titles = [group.find(f"{SVG}title").text for group in root.findall(f"{SVG}g")]

    assert ("img", True) == (root.get("role"), bool(root.get("aria-label")))
    assert [] == root.findall(f".//{SVG}script")
    assert len(view.nodes) == len(titles)
    assert all(
        title.startswith(f"{node.name}: {node.state}")
        for node, title in zip(view.nodes, titles)
    )


def test_an_svg_has_colours_where_no_variables_are_known():
    """Most programs that are no browser drop them: what stands before is the same."""
    style = ElementTree.fromstring(HOSTILE.to_svg()).findtext(f"{SVG}style")
    light = dict(re.findall(r"(--[\w-]+): (#\w+);", style[: style.index("@media")]))
    coloured = re.findall(r"(fill|stroke): var\((--[\w-]+)\)", style)
    plain = re.findall(r"(fill|stroke): (#\w+); \1: var\((--[\w-]+)\)", style)

    assert 4 + 3 * len(Tone) == len(coloured)
    assert [(name, light[variable], variable) for name, variable in coloured] == plain


def test_an_svg_is_the_same_each_time():
    """A picture that is kept in a repository changes only with the stages."""
    assert wide(60).to_svg() == wide(60).to_svg()


@given(views())
def test_a_tree_has_a_line_for_each_stage_and_none_too_long(view):
    """Every stage is there once, and 80 columns hold the longest line."""
    lines = view.to_text(width=80).splitlines()

    assert len(view.nodes) == len(lines)
    assert [] == [line for line in lines if cells(line) > 80]


def test_a_deep_graph_keeps_to_the_left():
    """A chain of 300 fits 80 columns: what lies deep starts again at the left."""
    chain = GraphView(
        tuple(
            GraphNode(
                name=f"stage-{at}",
                state="never run",
                tone=Tone.DUE,
                applied=0,
                total=1,
                depends_on=(f"stage-{at - 1}",) if at else (),
            )
            for at in range(300)
        )
    )
    lines = chain.to_text().splitlines()

    assert 300 == len(lines)
    assert max(map(len, lines)) <= 80
    assert "after stage-6" in lines[7]


def test_a_tree_in_ascii_has_no_other_characters():
    """A terminal without line-drawing characters is served too."""
    assert wide(40).to_text(ascii_only=True).isascii()


def test_a_word_is_painted_without_taking_room():
    """Colours don't move what stands behind them."""
    view = wide(30)
    painted = view.to_text(paint=lambda tone, word: f"<{tone.value}>{word}</>")

    assert view.to_text() == re.sub("<[a-z/]*>", "", painted)


def test_mermaid_takes_no_name_for_its_syntax():
    """Quotes, brackets, tags and line breaks of a name are character codes."""
    assert """\
flowchart LR
  s1["we#34;ird #60;b#62;#38;#91;x#93;#92;<br/>failed"]:::bad
  s2["データベース 2<br/>1 pending"]:::due
  s1 --> s2
  classDef due fill:#fff4d6,stroke:#8a5a00,color:#1f2328
  classDef bad fill:#fdeceb,stroke:#b3261e,color:#1f2328""" == HOSTILE.to_mermaid()


def test_mermaid_finds_no_line_break_formula_or_icon_in_a_name():
    """What it looks for once codes are characters again is parted."""
    names = ("a\\nb", "$$x$$", "fa:fa-user")
    view = GraphView(
        tuple(GraphNode(name=each, state="failed", tone=Tone.BAD) for each in names)
    )

    assert [
        's1["a#92;#8203;nb',
        's2["#36;#8203;#36;x#36;#8203;#36;',
        's3["fa:#8203;fa-user',
    ] == re.findall(r"s\d.*(?=<br/>)", view.to_mermaid())


@given(views())
def test_mermaid_has_a_line_for_each_stage_and_dependency(view):
    """Nothing in a name starts a line of its own or closes its quotes."""
    lines = view.to_mermaid(every_edge=True).splitlines()
    stages = [line for line in lines if ":::" in line]
    arrows = [line for line in lines if re.fullmatch(r"  s\d+ --> s\d+", line)]

    assert (len(view.nodes), len(view.edges)) == (len(stages), len(arrows))
    assert all(2 == line.count('"') for line in stages)


def test_dot_quotes_names():
    """Quotes and backslashes of a name stay inside of its string."""
    text = HOSTILE.to_dot()

    assert '"we\\"ird <b>&[x]\\\\" -> "データベース 2";' in text


def test_dot_shows_a_name_that_looks_like_a_reference():
    """Graphviz replaces references to characters in labels, not in names."""
    node = GraphNode(name="a &lt; b", state="R&D", tone=Tone.BAD)

    assert '"a &lt; b" [label="a &amp;lt; b\\nR&amp;D"' in GraphView((node,)).to_dot()


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_draws_what_is_there():
    """Graphviz finds the stages and lines that the view has."""
    done = subprocess.run(
        ["dot", "-Tplain"],
        input=HOSTILE.to_dot(),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    kinds = [line.split()[0] for line in done.stdout.splitlines()]

    assert (2, 1, "") == (kinds.count("node"), kinds.count("edge"), done.stderr)
