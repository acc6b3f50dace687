"""What a run and the next one came to, in words for a table."""

import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import Dict, List, Tuple

from attrs import frozen

from tests.failing.api import FailingApi
from tests.failing.trial import Trial, trying
from tests.failing.way import Kind, Way
from tests.helpers.command import Finished

__all__ = ["Outcome", "observe"]

TIMES = {1: "once", 2: "twice"}
REASON = re.compile(r"^  reason    (.*(?:\n {12}.*)*)", re.MULTILINE)
DURATION = re.compile(r"\b[0-9.]+m?s\b")


@frozen
class Outcome:
    """
    What was seen of one way of failing.

    Attributes:
        sent: What the server saw.
        recorded: What the database held after the run.
        code: The exit code.
        shown: The first line of what the user was told.
        afterwards: How the next run ended, when the API was well again.
    """

    sent: str
    recorded: str
    code: int
    shown: str
    afterwards: str


def observe(way: Way) -> Dict[Kind, Outcome]:
    """Run ``apirun up`` twice against that way of failing, for each kind."""
    return {kind: _observe(way, kind) for kind in Kind}


def _observe(way: Way, kind: Kind) -> Outcome:
    with tempfile.TemporaryDirectory() as root, trying(way, kind, Path(root)) as trial:
        done = trial.up() if kind is Kind.POST else trial.up_here()
        sent, recorded = _sent(trial.api), _recorded(trial)
        made = trial.api.made
        trial.mend()
        return Outcome(
            sent,
            recorded,
            done.code,
            _shown(done, trial.api),
            _afterwards(trial, trial.up_here(), made),
        )


def _sent(api: FailingApi) -> str:
    if not api.connections:
        return "nothing"
    counts = Counter(f"{sent.method} {sent.path}" for sent in api.requests)
    counts.pop("GET /health", None)
    told = [f"{line} {_times(count)}" for line, count in counts.items()]
    if not told:
        told = [f"no whole request, {api.connections} connected"]
    if api.elsewhere is not None:
        lines = [f"{sent.method} {sent.path}" for sent in api.elsewhere.requests]
        told.append(f"to the other host: {', '.join(lines) or 'nothing'}")
    return f"{'; '.join(told)}; {'done' if api.made else 'not done'}"


def _recorded(trial: Trial) -> str:
    recorded = trial.recorded()
    rows: List[Tuple[int, bool]] = [(code, no) for code, no, _ in recorded.rows]
    told = [f"{'failed' if no else 'ok'} {code or '-'}" for code, no in rows]
    return f"{recorded.state} (run row: {', '.join(told)})"


def _shown(done: Finished, api: FailingApi) -> str:
    found = REASON.search(done.err)
    text = found.group(1) if found else done.out
    line = " ".join(text.split())
    for address in (api.other, api.url):
        if address:
            line = line.replace(address, "API" if address == api.url else "OTHER")
    return DURATION.sub("TIME", line.replace(api.address, "API"))


def _afterwards(trial: Trial, done: Finished, made_before: int) -> str:
    state, made = trial.recorded().state, trial.api.made
    if done.code == 0 and made == 1:
        return "applied, made before" if made_before else "applied, made now"
    return f"exit {done.code}, {state}, made {_times(made)}"


def _times(count: int) -> str:
    return TIMES.get(count, f"{count} times")
