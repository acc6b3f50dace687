"""The page as a whole."""

from functools import lru_cache
from pkgutil import get_data
from typing import Dict, List

from apirun.reports.html.failure import aftermath, failure_block
from apirun.reports.html.headline import conclusion, headline, name_of, warnings
from apirun.reports.html.markup import Html, joined, tag
from apirun.reports.html.picture import picture
from apirun.reports.html.stages import stage_sections
from apirun.reports.html.timeline import timeline
from apirun.reports.html.words import SIGNS, sign, told
from apirun.reports.run_report import RunReport
from apirun.results import Outcome

__all__ = ["to_html"]

FEW_STAGES = 10
MANY_VERSIONS = 100
"""After so many, paper shows the requests only of those that are open."""
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""The page loads nothing and runs nothing, whatever it holds."""


def to_html(report: RunReport) -> str:
    """
    Return a page that tells of a run: one file that needs no other and no script.

    Args:
        report: What there is to tell.

    Example:
        >>> from apirun.reports import Recorder
        >>> from apirun.reports.html import to_html
        >>> recorder = Recorder(title="network")
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> page = to_html(recorder.report)
        >>> "<h1>network</h1>" in page, "001_create_vpc" in page, "<script" in page
        (True, True, False)

    Source: WHATWG, "HTML Living Standard"; W3C, "Web Content Accessibility
    Guidelines 2.1", level AA; W3C, "Content Security Policy Level 3".
    """
    anchors: Dict[str, str] = {
        name: f"stage-{number}" for number, name in enumerate(report.stages, 1)
    }
    main = [
        headline(report),
        failure_block(report, anchors),
        aftermath(report.result),
        warnings(report),
        picture(report),
        timeline(report, anchors),
        _stages(report, anchors),
    ]
    page = tag(
        "html",
        _head(report),
        tag(
            "body",
            SIGNS,
            tag("main", *main),
            tag(
                "footer",
                f"Written by apirun {report.version}. Secrets are shown as ***.",
            ),
        ),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _head(report: RunReport) -> Html:
    word, _ = conclusion(report)
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", f"{word}: {name_of(report)}"),
        tag("style", _style()),
    )


@lru_cache(maxsize=1)
def _style() -> Html:
    style = get_data(__name__, "page.css")
    assert style is not None
    return Html(style.decode())


def _stages(report: RunReport, anchors: Dict[str, str]) -> Html:
    if not report.stages:
        return joined([])
    versions = sum(len(stage.migrations) for stage in report.stages.values())
    many = versions > MANY_VERSIONS
    note = (
        f"Of {versions:,} versions, only those that were open when this was printed "
        "show their requests and answers."
    )
    return tag(
        "section",
        tag("h2", "Stages", id="stages"),
        _filter(report),
        tag("p", note, class_="note on-paper") if many else None,
        *stage_sections(report, anchors),
        class_="stages many" if many else "stages",
        aria_labelledby="stages",
    )


def _filter(report: RunReport) -> Html:
    """Return a choice of which stages are shown, which the style alone carries out."""
    results = [stage.result for stage in report.stages.values()]
    counts = [
        (outcome, sum(1 for each in results if each.outcome is outcome))
        for outcome in Outcome
    ]
    present = [(outcome, count) for outcome, count in counts if count]
    if len(results) <= FEW_STAGES or len(present) == 1:
        return joined([])
    choices: List[Html] = [
        _choice("all", joined([f"all {len(results):,}"]), chosen=True)
    ]
    for outcome, count in present:
        word, tone = told(outcome)
        label = joined([sign(tone), f"{count:,} {word}"])
        choices.append(_choice(outcome.value, label))
    return tag("fieldset", tag("legend", "Show"), *choices, class_="filter")


def _choice(value: str, label: Html, *, chosen: bool = False) -> Html:
    button = tag("input", type="radio", name="show", id=f"show-{value}", checked=chosen)
    return tag("label", button, label)
