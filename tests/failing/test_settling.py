"""An answer was lost, and the API fails again while the next run finds out."""

import pytest

from apirun.testing.failing import raw
from tests.failing.catalogue import WAYS
from tests.failing.trial import leaks, trying
from tests.failing.way import Kind, Moment, Verdict, Way

LOST = Way(
    name="a lost answer",
    does="carries the request out and closes",
    moment=Moment.WAITING,
    script=raw(),
    verdict=Verdict.LOST,
)

# Noes that say nothing about what was done before.
UNTELLING = ("a 401", "a 403", "a 408", "a 425", "a 429", "a 500", "a 501", "a 503")

# A probe takes any answer below 500 that it does not accept for "not there".
ABSENT = (
    "a 204 with a body",
    "a redirect to no place",
    "one lost answer, then 400",
    "one lost answer, then 409",
)


def reaches(way):
    """Return whether a way can follow on another, at the same address."""
    return way.port_open and not (way.https or way.url or way.elsewhere or way.warm)


AGAIN = [
    name
    for name, way in WAYS.items()
    if reaches(way)
    and (name in UNTELLING or Verdict.REFUSED not in way.verdicts(Kind.PUT))
]


@pytest.mark.parametrize("kind", [Kind.PROBE, Kind.KEY])
@pytest.mark.parametrize("name", AGAIN)
def test_what_was_made_is_made_once_however_often_it_fails(name, kind, tmp_path):
    """The intent and its key stand until the API has told what became of it."""
    if kind is Kind.PROBE and name in ABSENT:
        pytest.skip("to a probe this says that it is not there")
    with trying(LOST, kind, tmp_path) as trial:
        assert 1 == trial.up_here().code
        assert ("unsettled", 1) == (trial.recorded().state, trial.api.made)

        trial.fail(WAYS[name])
        done = trial.up_here()

        assert set() == leaks(done.out + done.err + trial.kept())
        state = trial.recorded().state
        assert (done.code, state) in ((0, "applied"), (1, "unsettled")), done
        trial.mend()
        again = trial.up_here()

        assert (0, 1) == (again.code, trial.api.made), again
        assert "applied" == trial.recorded().state


def test_a_storm_of_noes_passes(tmp_path):
    """Each run asks again, and the one that is answered makes the thing once."""
    with trying(WAYS["a storm of 429"], Kind.POST, tmp_path) as trial:
        codes = [trial.up_here().code for _ in range(7)]

        assert [1, 1, 1, 1, 1, 0, 0] == codes
        assert (1, 6) == (trial.api.made, len(trial.api.writes))
        failed = [(code, no) for code, no, _ in trial.recorded().rows]
        assert [(429, True)] * 5 + [(201, False)] == failed
