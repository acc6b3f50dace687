"""Texts that mean something to Markdown, HTML, XML or a terminal."""

from attrs import evolve
from hypothesis import strategies as st

from apirun import (
    Direction,
    Exchanged,
    Failure,
    MigrationResult,
    Outcome,
    RequestRetried,
    RunResult,
    StageResult,
)
from apirun.reports import ReportedMigration, ReportedStage, RunReport

__all__ = ["outcomes", "report_of", "texts"]

_PIECES = (
    *(
        "<b>",
        "</details>",
        "<!--",
        "-->",
        "<script>",
        "&lt;",
        "&#60;",
        "]]>",
        "<a@b.c>",
    ),
    *("[a](http://b)", "![a](b)", "![a][b]", "[b]: http://c", "http://a.b", "www.a.b"),
    *("|", "\\|", "\\", "`", "``", "```", "~~~", "*", "**", "_a_", "~~a~~", "$x$"),
    *("\n", "\n\n", "\r", "\r\n", "\t", "    ", "\x00", "\x1b[2J", "\u2028", "\x85"),
    *("# ", "- ", "1. ", "> ", "---", "===", "|---|", ":smile:", "@all", "#1"),
    *("\ud800", "\udfff", "\ufffe", "\u202e", "\U0001f600", "\xa0", "a", " ", "ü"),
)
texts = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.text(max_size=4)), max_size=8
).map("".join)
outcomes = st.sampled_from(list(Outcome))


def report_of(text, outcome):
    """Return a report in which everything that has a text has this one."""
    bad = outcome in (Outcome.FAILED, Outcome.UNSETTLED)
    failure = Failure(
        message=text,
        kind="RefusedError",
        place=text,
        request=text,
        status=409,
        body=text,
    )
    result = MigrationResult(
        version=1,
        name=text,
        direction=Direction.UP,
        outcome=outcome,
        captures={text: text},
        failure=failure if bad else None,
    )
    back = evolve(
        result,
        direction=Direction.DOWN,
        outcome=Outcome.FAILED,
        failure=evolve(failure, place=f"{text} (down)"),
    )
    stage = StageResult(
        name=text,
        outcome=outcome,
        migrations=(result,),
        rolled_back=(back,) if bad else (),
        env={text: text},
        reason=text,
        failure=result.failure,
        started_at="2026-01-01T00:00:00.000+00:00",
    )
    exchange = Exchanged(
        stage=text,
        part="request",
        request=text,
        headers=((text, text),),
        body=text,
        status=409,
        answer=text,
        reason=text,
    )
    retry = RequestRetried(stage=text, request=text, reason=text, tries=1, wait_s=1)
    migration = ReportedMigration(
        result=result, exchanges=(exchange,), retries=(retry,)
    )
    reported = ReportedStage(result=stage, migrations=(migration,), warnings=(text,))
    return RunReport(
        title=text,
        version="1",
        result=RunResult(
            direction=Direction.UP,
            ok=not bad,
            stages={text: stage},
            failure=result.failure,
            failed_stage=text if bad else "",
            undone=(text,),
            left=(text,),
        ),
        stages={text: reported},
        warnings=(text,),
    )
