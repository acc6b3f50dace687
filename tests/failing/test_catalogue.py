"""Every way of failing, on the real command line: what is sent, recorded and told."""

import pytest

from tests.failing.catalogue import LIVE, WAYS
from tests.failing.certificates import OPENSSL
from tests.failing.trial import Trial, expected_code, leaks, trying
from tests.failing.way import Kind, Verdict

STATES = {
    Verdict.UNSENT: "pending",
    Verdict.REFUSED: "pending",
    Verdict.LOST: "unsettled",
    Verdict.DONE: "applied",
}
TOLD = {
    Verdict.UNSENT: "Nothing was sent. Version 1 stays pending.",
    Verdict.REFUSED: "recorded Version 1 stays pending.",
    Verdict.LOST: "its outcome is not known: the API may have acted. Version 1 is "
    "unsettled.",
    Verdict.DONE: "1 version applied",
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


def check_told(trial, done, verdict):
    """Nothing is shown or kept that must not be, and what must be is."""
    shown = done.out + done.err
    told = " ".join(shown.split())
    assert TOLD[verdict] in told
    if verdict in trial.way.verdicts(Kind.POST):
        assert trial.way.says in told
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
    assert f"001_thing  {trial.recorded().state}" in trial.status_here().out
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


def check_all(way, kind, root, up):
    """Run ``up`` against that way of failing, and once more when it is mended."""
    if way.https and not OPENSSL:
        pytest.skip("there is no command openssl")
    with trying(way, kind, root) as trial:
        done = up(trial)
        verdict = verdict_of(trial, done, kind)
        check_told(trial, done, verdict)
        check_record(trial, verdict)
        check_mended(trial, verdict, kind)


@pytest.mark.e2e
@pytest.mark.parametrize("name", LIVE)
def test_a_post_in_a_process_of_its_own(name, tmp_path):
    """It goes out once; what is recorded is true, and no secret is told."""
    check_all(WAYS[name], Kind.POST, tmp_path, Trial.up)


@pytest.mark.parametrize("name", [name for name in WAYS if name not in LIVE])
def test_a_post_that_nothing_makes_safe(name, tmp_path):
    """As in a process of its own, a tenth as long."""
    check_all(WAYS[name], Kind.POST, tmp_path, Trial.up_here)


@pytest.mark.parametrize("kind", [Kind.PUT, Kind.PROBE, Kind.KEY])
@pytest.mark.parametrize("name", WAYS)
def test_a_request_that_something_makes_safe(name, kind, tmp_path):
    """Whatever happened to it, the next run ends with the thing made once."""
    check_all(WAYS[name], kind, tmp_path, Trial.up_here)
