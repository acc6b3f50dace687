"""The versions of a stage, each with its requests and what it captured."""

from typing import Iterable, Iterator, Mapping, Optional, Tuple

from attrs import evolve

from apirun.drawing import Tone
from apirun.durations import format_duration
from apirun.reports.html.exchanges import exchanges
from apirun.reports.html.failure import failure_rows
from apirun.reports.html.markup import HOLE, Child, Html, Shape, joined, tag
from apirun.reports.html.words import mark, past, sign, told
from apirun.reports.run_report import ReportedMigration
from apirun.reports.texts import retried
from apirun.results import Failure
from apirun.state import Direction
from apirun.status import Found

__all__ = ["block", "table", "terms", "told_above", "versions"]

_TITLE = Shape(
    tag(
        "summary",
        HOLE,
        tag("h4", HOLE),
        " ",
        HOLE,
        " ",
        tag("span", HOLE, class_="line"),
        " ",
        tag("span", HOLE, class_="took"),
    )
)
_INSIDE = Shape(tag("div", HOLE, class_="inside"))
_TABLE = Shape(tag("table", tag("caption", HOLE), tag("tbody", HOLE)))
_ROW = Shape(tag("tr", tag("th", HOLE, scope="row"), tag("td", HOLE)))
_FOUND = {Found.PRESENT: "it is there", Found.ABSENT: "it is not there"}


def terms(facts: Iterable[Tuple[str, Iterable[Child]]]) -> Html:
    """Return facts with their labels, or nothing if there are none."""
    rows = [
        tag("div", tag("dt", label), tag("dd", *children)) for label, children in facts
    ]
    return tag("dl", *rows, class_="facts") if rows else joined([])


def block(failure: Failure, tone: Tone) -> Html:
    """Return a failure in a box of its own."""
    return tag("div", failure_rows(failure), class_=f"failure {tone.value}")


def told_above() -> Html:
    """Return what stands in the place of a failure that the page begins with."""
    link = tag("a", "What this means and what to do next", href="#failure")
    return tag("p", link, " stands on top of the page.", class_="note")


def versions(
    migrations: Iterable[ReportedMigration],
    anchor: str,
    direction: Direction,
    top: Optional[Failure],
) -> Iterator[Html]:
    """
    Return each version; those that failed are open.

    Args:
        migrations: In the order in which they ran.
        anchor: What their places in the page begin with.
        direction: The one that needs no mention.
        top: The failure that the page begins with.
    """
    for number, each in enumerate(migrations, 1):
        yield _version(each, f"{anchor}-{number}", direction, top)


def _version(
    migration: ReportedMigration,
    anchor: str,
    direction: Direction,
    top: Optional[Failure],
) -> Html:
    result = migration.result
    word, tone = told(result.outcome)
    main = next(
        (each.request for each in migration.exchanges if each.part != "find"), ""
    )
    inside = [
        terms(_version_facts(migration, direction)),
        _failure_of(migration, top),
        exchanges(
            migration.exchanges,
            left_out=migration.left_out,
            open_last=result.failure is not None,
        ),
        None
        if migration.exchanges
        else tag("p", "There is no request to show.", class_="note"),
        table("Captured", result.captures) if result.captures else None,
    ]
    return tag(
        "details",
        _TITLE(
            sign(tone),
            result.name,
            mark(word, tone),
            main,
            format_duration(result.elapsed_s),
        ),
        _INSIDE(joined(inside)),
        class_="version",
        id=anchor,
        open=result.failure is not None,
    )


def _failure_of(migration: ReportedMigration, top: Optional[Failure]) -> Optional[Html]:
    failure = migration.result.failure
    if failure is None:
        return None
    if failure == top:
        return told_above()
    if migration.exchanges:
        # They tell it below.
        failure = evolve(failure, request="", status=0, body="")
    return block(failure, told(migration.result.outcome).tone)


def _version_facts(
    migration: ReportedMigration, direction: Direction
) -> Iterator[Tuple[str, Iterable[Child]]]:
    result = migration.result
    if result.direction is not direction:
        way = "up" if result.direction is Direction.UP else "down"
        yield "Direction", [way]
    if result.tries > 1:
        yield "Tries", [str(result.tries)]
    if migration.retries:
        yield "Tried again", [tag("div", retried(each)) for each in migration.retries]
    if result.settled:
        yield "Settled", ["An earlier run had begun it, and this one settled it."]
    if result.adopted:
        yield (
            "Adopted",
            [f"It was recorded as {past(Direction.UP)} without being sent."],
        )
    if result.probe is not None:
        yield "Probe", [_FOUND.get(result.probe, result.probe.value)]


def table(caption: str, values: Mapping[str, str]) -> Html:
    """Return names and values."""
    return _TABLE(caption, joined(_ROW(*each) for each in values.items()))
