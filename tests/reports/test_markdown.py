"""Markdown in which the texts of APIs only show."""

import html
import re

import pytest
from attrs import evolve
from hypothesis import given
from markdown_it import MarkdownIt

from apirun import (
    Failure,
    MemoryStore,
    Migration,
    Orchestrator,
    Outcome,
    Request,
    Stage,
    WaitSettings,
)
from apirun.reports import Recorder, to_markdown
from apirun.reports.escaping import code
from apirun.reports.markdown import ENOUGH_BYTES, MOST_ROWS, MOST_STAGES
from apirun.reports.texts import visible
from tests.reports.hostile import outcomes, report_of, texts

USE = Migration(version=1, name="use", up=Request("PUT", "http://127.0.0.1:1/use"))
PARSER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
OURS = re.compile(
    r"</?code>|<!-- -->|<details>|</details>|<summary>.*</summary>", re.DOTALL
)
LONG = Failure(message="\u5317" * 100_000, kind="DocumentError")
FORBIDDEN = {"link_open", "image", "em_open", "strong_open", "s_open", "code_inline"}


def flat(tokens):
    """Yield all tokens, those inside of others too."""
    for token in tokens:
        yield token
        yield from flat(token.children or ())


def tables(tokens):
    """Return the number of cells in each row of each table."""
    found = []
    for token in tokens:
        if token.type == "table_open":
            found.append([])
        if token.type == "tr_open":
            found[-1].append(0)
        if token.type in ("td_open", "th_open"):
            found[-1][-1] += 1
    return found


@given(text=texts, outcome=outcomes)
def test_no_text_means_anything(text, outcome):
    """There is the structure of a harmless text, and none of its own."""
    written = to_markdown(report_of(text, outcome))
    tokens = list(flat(PARSER.parse(written)))
    raw = "".join(
        token.content for token in tokens if token.type in ("html_inline", "html_block")
    )

    assert (
        ""
        == re.sub(
            r"<code>[^<>]*(<!-- -->[^<>]*)*</code>", "", OURS.sub("", raw)
        ).strip()
    )
    assert [[6, 6], [8, 8]] == tables(tokens)
    found = [token.type for token in tokens if token.type in FORBIDDEN]
    assert {"strong_open"} >= set(found)
    # Addresses that GitHub would find without any mark.
    prose = [
        line for token in tokens if token.type == "inline" for line in [token.content]
    ]
    assert not re.search(r"://|www\.|@[^<]*@", "".join(prose), re.IGNORECASE)
    assert 1 == sum(token.type == "heading_open" for token in tokens)


@given(text=texts)
def test_a_text_is_shown_as_it_is(text):
    """What a cell shows is the text itself, its lines joined."""
    rendered = PARSER.render(f"| a |\n| --- |\n| {code(text)} |\n")
    cell = rendered.partition("<td>")[2].partition("</td>")[0]
    shown = html.unescape(re.sub(r"<[^>]*>", "", cell))
    assert " ".join(visible(text).split()) == shown


def test_failures_come_before_the_stages(told):
    """A reader sees first what went wrong."""
    text = to_markdown(told.report)
    places = [
        text.index(part) for part in ("# ❓", "is unsettled", "After the", "| stage |")
    ]

    assert sorted(places) == places


def test_a_stage_that_fails_before_its_first_version_is_named():
    """No version stands above the text of its failure, but the stage."""
    wait = WaitSettings(url="http://127.0.0.1:1/", timeout_s=0.05, interval_s=0.01)
    stage = Stage(name="shop", wait=wait, store=MemoryStore(), migrations=[USE])
    recorder = Recorder()

    Orchestrator([stage], listeners=[recorder]).up()

    head, _, rest = (
        to_markdown(recorder.report).partition("**stage ")[2].partition("\n")
    )
    assert "<code>shop</code> failed**" == head
    assert "did not answer 200 within 50ms" in rest


def test_a_rollback_that_failed_is_told(stuck):
    """What could not be rolled back has a block, and its stage is not fine."""
    text = to_markdown(stuck)
    blocks = text[text.index("could not be rolled back") :]
    (row,) = re.findall(r"\|(.*)\| <code>network</code> \|(.*)\|", text)

    assert ", 3 versions applied, 2 rolled back again\n" in text
    assert "answered 409" in blocks[: blocks.index("**After")]
    assert ("❌", "1 version rolled back again, 1 not") == (
        row[0].strip(),
        row[1].split("|")[-1].strip(),
    )


@pytest.mark.parametrize("text", ["@" * 300, "\U0001f600" * 300, "a b"])
def test_no_page_is_too_large(text):
    """GitHub shows nothing at all of more than 1 MiB, so that it is cut before."""
    one = report_of(text, Outcome.FAILED)
    (stage,) = one.stages.values()
    stage = evolve(
        stage,
        result=evolve(stage.result, failure=LONG),
        migrations=stage.migrations * (2 * MOST_ROWS),
    )
    many = {f"stage{number}": stage for number in range(3 * MOST_STAGES)}
    result = evolve(
        one.result,
        failure=LONG,
        stages={name: each.result for name, each in many.items()},
    )
    written = to_markdown(evolve(one, result=result, stages=many))

    assert len(written.encode("utf-8", "backslashreplace")) < 2**20
    assert written.startswith("# ")


def test_very_many_stages_are_cut():
    """Those that failed are in the table all the same."""
    well = report_of("a", Outcome.APPLIED).stages["a"]
    broken = report_of("broken", Outcome.FAILED).stages["broken"]
    stages = {f"stage{number}": well for number in range(2 * MOST_STAGES)}
    report = report_of("a", Outcome.APPLIED)
    text = to_markdown(evolve(report, stages={**stages, "broken": broken}))

    assert "| ❌ | <code>broken</code> | failed |" in text
    assert f"and {MOST_STAGES} stages more" in text


def test_the_page_of_a_job_holds_it(told):
    """Very many versions and stages are cut, and what failed is shown still."""
    one = report_of("a", Outcome.APPLIED)
    failed = report_of("broken", Outcome.FAILED).stages["broken"].migrations
    stage = evolve(
        one.stages["a"],
        migrations=one.stages["a"].migrations * (2 * MOST_ROWS) + failed,
    )
    many = {f"stage{number}": stage for number in range(300)}
    text = to_markdown(evolve(one, stages=many))

    assert len(text.encode("utf-8")) < 2 * ENOUGH_BYTES
    assert f"and {MOST_ROWS} more" in text
    assert "<code>broken</code>" in text
    assert re.search(r"The versions of \d+ stages more would be too much here", text)
