"""Run against every way of failing, and print what happened as a Markdown table."""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from typing import Dict, Sequence

from tests.failing.catalogue import WAYS
from tests.failing.certificates import OPENSSL, ca_file
from tests.failing.outcome import Outcome, observe
from tests.failing.way import Kind, Way

HEAD = """\
# What apirun does when a server fails

Each way was run. The request is a POST that nothing makes safe; the last column
tells what became of it where a PUT, a probe or an idempotency key makes it safe.

"""
COLUMNS = (
    "way of failing",
    "what the server does",
    "what was sent",
    "what is recorded",
    "exit code",
    "what the user saw",
    "after the next up",
    "with a PUT, a probe, a key",
)


def main() -> None:
    """Print the table; ways whose names hold an argument, if there is one."""
    ways = [
        way
        for way in WAYS.values()
        if all(word in way.name for word in sys.argv[1:]) and (OPENSSL or not way.https)
    ]
    if OPENSSL:
        ca_file()
    sys.stdout.write(HEAD + _line(COLUMNS) + _line(["---"] * len(COLUMNS)))
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        names = [way.name for way in ways]
        for way, outcomes in zip(ways, pool.map(_observe, names)):
            sys.stdout.write(_row(way, outcomes))
            sys.stdout.flush()


def _observe(name: str) -> Dict[Kind, Outcome]:
    return observe(WAYS[name])


def _row(way: Way, outcomes: Dict[Kind, Outcome]) -> str:
    post = outcomes[Kind.POST]
    others = {
        f"{kind.value}: exit {each.code}, {each.recorded.split()[0]}; {each.afterwards}"
        for kind, each in outcomes.items()
        if kind is not Kind.POST
        and (each.code, each.afterwards) != (post.code, post.afterwards)
    }
    told = sorted(others)
    if len({each.partition(": ")[2] for each in told}) == 1 and len(told) > 1:
        told = [told[0].partition(": ")[2]]
    cells = [
        way.name,
        way.does,
        post.sent,
        post.recorded,
        str(post.code),
        post.shown,
        post.afterwards,
        " · ".join(told) or "the same",
    ]
    return _line(cells)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    main()
