"""A stage gets the store that its settings ask for, and nothing is made yet."""

import os
from contextlib import closing

import pytest

from apirun.exceptions import UsageError
from apirun.settings import StoreSettings
from apirun.state import History
from apirun.stores import open_store
from apirun.stores.memory import MemoryStore
from apirun.stores.sqlite import SqliteStore
from tests.stores.records import ending, intent


def _open(tmp_path, *, stage="network", **settings):
    directory = str(tmp_path / "migrations")
    os.makedirs(directory, exist_ok=True)
    return open_store(
        StoreSettings(**settings), directory=directory, base=str(tmp_path), stage=stage
    )


def test_the_default_is_a_database_beside_the_migrations(tmp_path):
    """
    Without settings the history is ``apirun.db`` in the migrations' directory.
    """
    store = _open(tmp_path)

    assert SqliteStore(tmp_path / "migrations" / "apirun.db").identity == store.identity
    assert [] == os.listdir(tmp_path / "migrations")


def test_a_relative_path_is_relative_to_the_config(tmp_path):
    """
    The working directory has no say in where a history stands.
    """
    store = _open(tmp_path, options={"path": "state/here.db"})

    assert SqliteStore(tmp_path / "state" / "here.db").identity == store.identity


def test_a_disabled_store_leaves_no_trace(tmp_path):
    """
    With ``disabled: true`` a run remembers its own steps, and the next one none.
    """
    settings = {"disabled": True, "options": {"path": "here.db"}}
    with closing(_open(tmp_path, **settings)) as store, store.lock(timeout_s=0):
        store.begin(intent(1))
        store.finish(ending(intent(1)))
        assert [1] == [kept.version for kept in store.history().applied]

    assert History() == _open(tmp_path, **settings).history()
    assert ["migrations"] == os.listdir(tmp_path)
    assert [] == os.listdir(tmp_path / "migrations")


@pytest.mark.parametrize("settings", [{"disabled": True}, {"type": "memory"}])
def test_stages_without_a_lasting_history_share_none(tmp_path, settings):
    """
    Every stage has a store in memory of its own.
    """
    one, other = (_open(tmp_path, stage=name, **settings) for name in ("a", "b"))
    one.begin(intent(1))

    assert isinstance(one, MemoryStore)
    assert one.identity != other.identity
    assert History() == other.history()


def test_a_disabled_store_asks_for_no_type(tmp_path):
    """
    Where no history is kept it doesn't matter which store would keep it.
    """
    assert History() == _open(tmp_path, disabled=True, type="postgres").history()


def test_stages_in_one_database_are_told_apart_by_their_tables(tmp_path):
    """
    A prefix gives a stage tables of its own in a shared database.
    """
    path = {"path": "shared.db"}
    one = _open(tmp_path, options=path, table_prefix="one")
    other = _open(tmp_path, options=path, table_prefix="other")
    named = _open(tmp_path, options=path, table_schema_migrations="named")
    with closing(one), closing(other), closing(named):
        for version, store in enumerate((one, other, named), 1):
            store.finish(ending(intent(version)))
        kept = [store.history().applied for store in (one, other, named)]

    assert [[1], [2]] == [[a.version for a in applied] for applied in kept[:2]]
    assert 3 == len({store.identity for store in (one, other, named)})


@pytest.mark.parametrize("name", ["drop table", 'a"b', "1st", "ä"])
def test_a_name_that_no_table_can_have_is_refused(tmp_path, name):
    """
    Names of tables are letters, digits and underscores, and nothing gets by.
    """
    for setting in (
        "table_prefix",
        "table_schema_migrations",
        "table_migration_runs",
        "table_stored_env",
    ):
        with pytest.raises(UsageError, match="can't name a table"):
            _open(tmp_path, **{setting: name})


def test_an_unknown_type_is_refused(tmp_path):
    """
    The stage's store is looked up before anything is sent.
    """
    with pytest.raises(UsageError, match="there is no store 'sqlit'; did you mean"):
        _open(tmp_path, type="sqlit")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("sqlite", "has no setting 'paht'; it takes: path"),
        ("memory", "has no setting 'paht'; it takes none"),
    ],
)
def test_a_setting_that_a_store_does_not_have_is_refused(kind, words, tmp_path):
    """It would be left out without a word, and another database be used."""
    settings = StoreSettings(type=kind, options={"paht": "a.db"})

    with pytest.raises(UsageError, match=words):
        open_store(settings, directory=str(tmp_path), base=str(tmp_path), stage="a")


def test_the_path_of_a_database_may_stand_in_the_process(tmp_path, monkeypatch):
    """As any setting of a store may."""
    monkeypatch.setenv("SHOP_DB", "shop.db")
    settings = StoreSettings(options_from_env={"path": "SHOP_DB"})

    store = open_store(
        settings, directory=str(tmp_path / "b"), base=str(tmp_path), stage="a"
    )

    assert f"SqliteStore('{tmp_path / 'shop.db'}')" == repr(store)
