"""What becomes of a version: `begin`, `finish`, `history`, `recorded`, `runs`."""

from typing import List, Optional

import pytest

from apirun.state import (
    Applied,
    Direction,
    EndingKind,
    History,
    Recorded,
    RunRow,
    StageOutcome,
    StageRecord,
    StateStore,
    StoredValue,
)
from apirun.testing.base import StoreFixtures
from apirun.testing.records import ending, intent

__all__ = ["EndingPromises"]


class EndingPromises(StoreFixtures):
    """What is recorded, and what of it is there afterwards."""

    def test_begin_records_the_whole_intent(self, store: StateStore) -> None:
        """
        What was begun stands as unsettled, in every field.
        """
        store.begin(intent(7, reason="why"))

        assert store.history() == History(unsettled=(intent(7, reason="why"),))
        assert list(store.runs()) == []
        assert store.recorded(7) == Recorded()

    def test_begin_replaces_an_earlier_intent_of_the_version(
        self, store: StateStore
    ) -> None:
        """
        The newest intent of a version is the only one.
        """
        newest = intent(1, run_id="new", direction=Direction.DOWN, scope='{"b": "2"}')
        store.begin(intent(1, run_id="old", reason="tried"))
        store.begin(intent(2))
        store.begin(newest)

        assert store.history().unsettled == (newest, intent(2))

    def test_applied_adds_the_version_with_its_document_and_captures(
        self, store: StateStore
    ) -> None:
        """
        ``APPLIED`` takes the intent's place, with all that was recorded with it.
        """
        captures = {"id": StoredValue("7"), "token": StoredValue("s3cr3t", secret=True)}
        begun = intent(1)
        store.begin(begun)
        store.finish(ending(begun, captures=captures, body="answer"))

        assert store.history() == History(
            applied=(
                Applied(
                    version=1,
                    name=begun.name,
                    document_digest=begun.document_digest,
                    applied_at="2024-05-06T07:08:10Z",
                    captures=captures,
                ),
            )
        )
        assert store.recorded(1) == Recorded(
            document=begun.document, scope=begun.scope, env=begun.env
        )
        assert list(store.runs()) == [
            RunRow(
                id=store.runs()[0].id,
                version=1,
                name=begun.name,
                direction=Direction.UP,
                status_code=201,
                failed=False,
                ran_at="2024-05-06T07:08:10Z",
                elapsed_s=0.25,
                captures='{"id": "7", "token": "***"}',
                body="answer",
            )
        ]

    def test_applied_again_keeps_nothing_of_the_first_time(
        self, store: StateStore
    ) -> None:
        """
        Captures, name and document are those of the last time it was applied.
        """
        first = {"old": StoredValue("1"), "both": StoredValue("1", secret=True)}
        last = {"new": StoredValue("2"), "both": StoredValue("2")}
        again = intent(1, name="001_renamed", document="new", document_digest="d2")
        store.finish(ending(intent(1), captures=first))
        store.finish(ending(again, captures=last, ended_at="2024-05-06T07:08:11Z"))

        assert store.history().applied == (
            Applied(
                version=1,
                name="001_renamed",
                document_digest="d2",
                applied_at="2024-05-06T07:08:11Z",
                captures=last,
            ),
        )
        assert store.recorded(1).document == "new"

    def test_rolled_back_removes_the_version_with_its_document_and_captures(
        self, store: StateStore
    ) -> None:
        """
        ``ROLLED_BACK`` leaves of a version only the lines of the history.
        """
        store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
        store.finish(ending(intent(2), captures={"id": StoredValue("8")}))
        kept = store.history().applied[1:]
        down = intent(1, direction=Direction.DOWN)
        store.begin(down)
        store.finish(ending(down, EndingKind.ROLLED_BACK, status_code=204))

        assert store.history() == History(applied=kept)
        assert store.recorded(1) == Recorded()
        assert store.recorded(2).document == intent(2).document
        assert [(row.version, row.direction, row.status_code) for row in store.runs()][
            ::2
        ] == [(1, Direction.DOWN, 204), (1, Direction.UP, 201)]

    @pytest.mark.parametrize("direction", Direction)
    def test_failed_changes_no_version(
        self, store: StateStore, direction: Direction
    ) -> None:
        """
        ``FAILED`` removes the intent, adds a failed line, and leaves the rest.
        """
        store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
        before = store.history()
        begun = intent(1 if direction is Direction.DOWN else 2, direction=direction)
        store.begin(begun)
        store.finish(
            ending(begun, EndingKind.FAILED, status_code=500, error="answered 500")
        )

        assert store.history() == before
        assert store.recorded(1).document == intent(1).document
        row = store.runs()[0]
        assert (row.failed, row.status_code, row.error) == (True, 500, "answered 500")

    @pytest.mark.parametrize("direction", Direction)
    def test_unsettled_keeps_the_intent_with_its_reason(
        self, store: StateStore, direction: Direction
    ) -> None:
        """
        ``UNSETTLED`` adds a failed line, and the intent stands with its reason.
        """
        if direction is Direction.DOWN:
            store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
        applied = store.history().applied
        store.begin(intent(1, direction=direction))
        tried = intent(1, direction=direction, reason="the connection broke")
        store.finish(
            ending(tried, EndingKind.UNSETTLED, status_code=0, error=tried.reason)
        )

        assert store.history() == History(applied=applied, unsettled=(tried,))
        row = store.runs()[0]
        assert (row.failed, row.status_code) == (True, 0)
        assert row.error == "the connection broke"

    def test_finish_settles_only_its_own_version(self, store: StateStore) -> None:
        """
        Other intents stand when one is ended.
        """
        for version in (3, 1, 2):
            store.begin(intent(version))
        store.finish(ending(intent(2)))

        assert [kept.version for kept in store.history().unsettled] == [1, 3]
        assert [kept.version for kept in store.history().applied] == [2]

    @pytest.mark.parametrize(
        ("limit", "expected"),
        [(None, [5, 4, 3, 2, 1]), (2, [5, 4]), (0, []), (9, [5, 4, 3, 2, 1])],
    )
    def test_runs_come_newest_first_up_to_the_limit(
        self, store: StateStore, limit: Optional[int], expected: List[int]
    ) -> None:
        """
        The newest lines come first, numbered, and no more than asked for.
        """
        for version in (1, 2, 3, 4, 5):
            store.finish(ending(intent(version)))
        rows = store.runs(limit=limit)
        numbers = [row.id for row in rows]

        assert [row.version for row in rows] == expected
        assert numbers == sorted(set(numbers), reverse=True)

    @pytest.mark.parametrize("body", [None, "", "text"])
    def test_no_body_is_not_an_empty_one(
        self, store: StateStore, body: Optional[str]
    ) -> None:
        """
        A line of the history tells whether the body was kept.
        """
        store.finish(ending(intent(1), body=body))

        assert store.runs()[0].body == body

    def test_secret_captures_are_masked_in_the_lines_only(
        self, store: StateStore
    ) -> None:
        """
        The value itself is kept for later requests; the history shows ``***``.
        """
        store.finish(ending(intent(1), captures={"pw": StoredValue("s3cr3t", True)}))

        kept = store.history().applied[0].captures["pw"]
        assert kept == StoredValue("s3cr3t", secret=True)
        assert store.runs()[0].captures == '{"pw": "***"}'
        assert "s3cr3t" not in repr(store.history())

    def test_the_last_record_of_the_stage_is_kept(self, store: StateStore) -> None:
        """
        Every outcome of a stage can be recorded; the last one stands.
        """
        store.finish(ending(intent(1)))
        store.begin(intent(2))
        before = store.history()
        for number, outcome in enumerate(StageOutcome):
            record = StageRecord(
                outcome=outcome,
                run_id=f"run-{number}",
                started_at="2024-05-06T07:08:09Z",
                elapsed_s=1.5,
                error="boom" if number else "",
            )
            store.record_stage(record)
            assert store.history() == History(
                applied=before.applied, unsettled=before.unsettled, stage=record
            )
        assert len(store.runs()) == 1
