"""The stores of the stages, and which of them must not be shared."""

import pytest

from apirun import DocumentError, Orchestrator, SqliteStore, Stage, UsageError
from apirun.stage_stores import undisturbed_history
from apirun.stores.tables import TableNames


def stage(name, store):
    """Return a stage without migrations."""
    return Stage(name=name, migrations=[], store=store)


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"versions": "other"},
        {"runs": "other"},
        {"versions": "other", "runs": "other_runs"},
    ],
)
def test_stages_that_share_a_table_are_refused(tmp_path, tables):
    """One table in common is enough to mix the histories of two stages."""
    path = tmp_path / "one.db"
    mine, theirs = SqliteStore(path), SqliteStore(path, tables=TableNames(**tables))

    with pytest.raises(DocumentError, match="'a' and 'b' keep their history"):
        Orchestrator([stage("a", mine), stage("b", theirs)])


def test_stages_with_tables_of_their_own_may_share_a_database(tmp_path):
    """A prefix keeps them apart."""
    path = tmp_path / "one.db"
    tables = TableNames(versions="b_versions", runs="b_runs", values="b_env")
    theirs = SqliteStore(path, tables=tables)

    run = Orchestrator([stage("a", SqliteStore(path)), stage("b", theirs)])

    assert ("a", "b") == tuple(each.name for each in run.stages)


def test_a_composed_stage_needs_a_place_for_its_history():
    """Without a directory and a store there is nowhere to remember anything."""
    with pytest.raises(UsageError, match="no place for its history"):
        Orchestrator([Stage(name="a", migrations=[])])


def test_a_quiet_history_is_read_without_a_lock(tmp_path):
    """Where nothing is unsettled no lock is taken, so nothing is made."""
    assert (
        () == undisturbed_history(SqliteStore(tmp_path / "x.db"), timeout_s=0).applied
    )
    assert [] == list(tmp_path.iterdir())
