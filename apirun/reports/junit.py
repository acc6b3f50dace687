"""Reports as JUnit XML, which CI servers read."""

from typing import Iterator, List, Tuple
from xml.sax.saxutils import escape

from apirun.reports.cases import Case, Suite, suites_of
from apirun.reports.run_report import RunReport
from apirun.reports.texts import visible

__all__ = ["to_junit"]

Attribute = Tuple[str, object]

_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


def to_junit(report: RunReport) -> str:
    """
    Return a *report* as JUnit XML.

    A stage is a suite, a version of it a case. What the API refused is a
    failure; what is unsettled, or could not be asked, is an error; what was
    not run is skipped. A stage with nothing to do has one case that says so.

    Args:
        report: What there is to tell, as a `Recorder` keeps it.

    Example:
        >>> from apirun.reports import Recorder, to_junit
        >>> recorder = Recorder()
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> print(to_junit(recorder.report))
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="apirun up" tests="1" failures="0" errors="0" ...>
          <testsuite name="network" tests="1" failures="0" errors="0" skipped="0" ...>
            ...
            <testcase classname="network" name="001_create_vpc" ...>
        ...

    Source: the schema ``junit-10.xsd`` of the xUnit plugin of Jenkins.
    """
    suites = suites_of(report)
    head = _attributes(
        ("name", report.title or f"apirun {report.result.direction.value}"),
        ("tests", sum(len(suite.cases) for suite in suites)),
        ("failures", sum(suite.count("failure") for suite in suites)),
        ("errors", sum(suite.count("error") for suite in suites)),
        ("time", _seconds(report.result.elapsed_s)),
    )
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{head}>"]
    for suite in suites:
        lines += _suite(suite)
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _suite(suite: Suite) -> Iterator[str]:
    head = _attributes(
        ("name", suite.name),
        ("tests", len(suite.cases)),
        ("failures", suite.count("failure")),
        ("errors", suite.count("error")),
        ("skipped", suite.count("skipped")),
        ("time", _seconds(suite.elapsed_s)),
        *([("timestamp", suite.started_at[:19])] if suite.started_at else ()),
    )
    yield f"  <testsuite{head}>"
    if suite.properties:
        yield "    <properties>"
        for name, value in suite.properties:
            pair = _attributes(("name", name), ("value", value))
            yield f"      <property{pair}/>"
        yield "    </properties>"
    for case in suite.cases:
        yield from _case(suite.name, case)
    if suite.warnings:
        yield f"    <system-err>{_text(chr(10).join(suite.warnings))}</system-err>"
    yield "  </testsuite>"


def _case(suite: str, case: Case) -> Iterator[str]:
    head = _attributes(
        ("classname", suite), ("name", case.name), ("time", _seconds(case.elapsed_s))
    )
    inner: List[str] = []
    if case.verdict == "skipped":
        inner.append(f"<skipped{_attributes(('message', case.message))}/>")
    elif case.verdict:
        why = _attributes(("message", case.message), ("type", case.kind))
        inner.append(f"<{case.verdict}{why}>{_text(case.text)}</{case.verdict}>")
    if case.out:
        inner.append(f"<system-out>{_text(case.out)}</system-out>")
    if not inner:
        yield f"    <testcase{head}/>"
        return
    yield f"    <testcase{head}>"
    for element in inner:
        yield f"      {element}"
    yield "    </testcase>"


def _seconds(elapsed_s: float) -> str:
    return f"{elapsed_s:.3f}"


def _attributes(*pairs: Attribute) -> str:
    return "".join(
        f' {name}="{escape(visible(str(value)), _IN_ATTRIBUTES)}"'
        for name, value in pairs
    )


def _text(text: str) -> str:
    return escape(visible(text))
