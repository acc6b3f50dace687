"""Every way of failing, on the real command line: what is sent, recorded and told."""

import pytest

from tests.failing.catalogue import WAYS
from tests.failing.certificates import OPENSSL
from tests.failing.trial import expected_code, leaks, trying
from tests.failing.way import Kind, Verdict

STATES = {
    Verdict.UNSENT: "pending",
    Verdict.REFUSED: "pending",
    Verdict.LOST: "unsettled",
    Verdict.DONE: "applied",
}


def verdict_of(trial, done, kind):
    """Return which of the verdicts that are right here was recorded."""
    recorded = trial.recorded()
    fits = [
        verdict
        for verdict in trial.way.verdicts(kind)
        if (STATES[verdict], expected_code(verdict, kind))
        == (recorded.state, done.code)
    ]
    assert fits, (recorded, done)
    return fits[0]


def check_told(trial, done):
    """Nothing is shown or kept that must not be, and what must be is."""
    shown = done.out + done.err
    assert trial.way.says in " ".join(shown.split())
    assert set() == leaks(shown)
    assert set() == leaks(trial.kept())
    for word in ("Traceback", "defect", "\x1b", "\x07"):
        assert word not in shown


def check_record(trial, verdict):
    """Nothing that may have arrived is pending, nothing that did not is unsettled."""
    recorded, api = trial.recorded(), trial.api
    failed = [no for _, no, _ in recorded.rows]
    assert [verdict is not Verdict.DONE] == failed
    if verdict is Verdict.UNSENT:
        assert [] == api.writes
    if api.made:
        assert "pending" != recorded.state
    elsewhere = api.elsewhere.requests if api.elsewhere else []
    for sent in elsewhere:
        assert set() == leaks(f"{sent}")
        assert "authorization" not in sent.headers


def check_mended(trial, verdict, kind):
    """With the API well again, the next run makes the thing once, or asks."""
    trial.mend()
    made, sent = trial.api.made, len(trial.api.requests)

    done = trial.up_here()

    assert set() == leaks(done.out + done.err + trial.kept())
    if verdict is Verdict.LOST and kind is Kind.POST:
        assert (3, made, sent) == (done.code, trial.api.made, len(trial.api.requests))
        assert "apirun settle 1" in done.err
        assert "unsettled" == trial.recorded().state
    else:
        assert (0, 1) == (done.code, trial.api.made), done
        assert "applied" == trial.recorded().state


def skip_without_openssl(way):
    if way.https and not OPENSSL:
        pytest.skip("there is no command openssl")


@pytest.mark.e2e
@pytest.mark.parametrize("name", WAYS)
def test_a_post_that_nothing_makes_safe(name, tmp_path):
    """It goes out once; what is recorded is true, and no secret is told."""
    way = WAYS[name]
    skip_without_openssl(way)
    with trying(way, Kind.POST, tmp_path) as trial:
        done = trial.up()
        verdict = verdict_of(trial, done, Kind.POST)
        check_told(trial, done)
        check_record(trial, verdict)
        check_mended(trial, verdict, Kind.POST)


@pytest.mark.parametrize("kind", [Kind.PUT, Kind.PROBE, Kind.KEY])
@pytest.mark.parametrize("name", WAYS)
def test_a_request_that_something_makes_safe(name, kind, tmp_path):
    """Whatever happened to it, the next run ends with the thing made once."""
    way = WAYS[name]
    skip_without_openssl(way)
    with trying(way, kind, tmp_path) as trial:
        done = trial.up_here()
        verdict = verdict_of(trial, done, kind)
        check_told(trial, done)
        check_record(trial, verdict)
        check_mended(trial, verdict, kind)
