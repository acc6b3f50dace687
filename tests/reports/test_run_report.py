"""What a report tells: which stage ran in which slot, and when."""

from hypothesis import example, given
from hypothesis import strategies as st

from apirun import Outcome, StageResult
from apirun.reports.run_report import seconds_of, slots_of

DAY = "2026-01-01T00:00:{:06.3f}+00:00"


def stage(name, started_s, elapsed_s):
    """Return a stage that ran at this time of the first minute."""
    return StageResult(
        name=name,
        outcome=Outcome.APPLIED,
        started_at=DAY.format(started_s),
        elapsed_s=elapsed_s,
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 90)), min_size=1, max_size=12
    )
)
@example([(167, 39), (206, 1)])
def test_no_two_stages_are_in_one_slot_at_a_time(spans):
    """And no more slots are taken than stages overlap."""
    spans = [(begin / 10, length / 10) for begin, length in spans]
    stages = [stage(str(at), *span) for at, span in enumerate(spans)]
    slots = slots_of(stages)
    for at, (begin, _) in enumerate(spans):
        beside = [
            slots[str(other)]
            for other, (other_begin, other_length) in enumerate(spans)
            if other_begin <= begin < other_begin + other_length - 0.05
        ]
        assert len(set(beside)) == len(beside)
        assert slots[str(at)] <= len(beside)


MICROSECONDS = st.integers(0, 5000)


@given(st.lists(st.tuples(MICROSECONDS, MICROSECONDS), min_size=1, max_size=12))
@example([(0, 10_900), (50, 1000)])
def test_stages_one_after_the_other_share_a_slot(spans):
    """However short the time between them: moments are cut to milliseconds."""
    stages, now_us = [], 0
    for at, (rest_us, length_us) in enumerate(spans):
        now_us += rest_us
        stages.append(stage(str(at), now_us // 1000 / 1000, length_us / 1e6))
        now_us += length_us

    assert {1} == set(slots_of(stages).values())


def test_a_slot_is_free_when_its_stage_has_ended():
    """Moments are cut to milliseconds, which makes no slot that there is not."""
    stages = [stage("a", 1.0, 0.5009), stage("b", 1.5, 0.1), stage("c", 1.6, 0.1)]

    assert {"a": 1, "b": 1, "c": 1} == slots_of(stages, limit=1)


def test_what_did_not_begin_has_no_slot():
    """It took none from others."""
    skipped = StageResult(name="off", outcome=Outcome.SKIPPED)

    assert {"a": 1} == slots_of([skipped, stage("a", 1, 1)])


def test_a_moment_is_one_of_utc():
    """Wherever the program runs."""
    assert seconds_of("1970-01-02T00:00:00.250+00:00") == 86400.25
