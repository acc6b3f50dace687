"""Stages that share a PostgreSQL database each have tables of their own."""

import pickle
from contextlib import closing

import psycopg
import pytest

from apirun import DocumentError, PostgresStore, Stage, StoreError, StoreSettings
from apirun.stage_stores import open_stage_store, open_stage_stores
from apirun.stores.postgres.naming import Naming, fitted
from apirun.stores.tables import TableNames
from tests.stores.records import ending, intent

PLAIN = "schema_migrations,migration_runs,stored_env"


def _stage(name, dsn, **settings):
    return Stage(
        name=name,
        directory="/nowhere",
        store=StoreSettings(type="postgres", options={"dsn": dsn}, **settings),
    )


def _tables(store):
    return store.identity.rpartition(":")[2]


def _versions(store):
    with closing(store):
        return [kept.version for kept in store.history().applied]


def _apply(store, version):
    with closing(store):
        store.finish(ending(intent(version)))


def test_a_stage_alone_has_the_plain_tables(dsn):
    """
    The only stage of a database, and a directory without stages, share names.
    """
    stage = _stage("network", dsn)

    assert PLAIN == _tables(open_stage_store(stage))
    assert PLAIN == _tables(open_stage_stores([stage])["network"])


def test_stages_that_share_a_database_are_told_apart_by_their_names(dsn):
    """
    The stage's name is the prefix, in letters that a table's name can have.
    """
    stages = [_stage(name, dsn) for name in ("network", "2nd Stage", "größe")]
    stores = open_stage_stores(stages)
    for version, store in enumerate(stores.values(), 1):
        _apply(store, version)

    assert [
        "network_schema_migrations,network_migration_runs,network_stored_env",
        (
            "_2nd_stage_schema_migrations,_2nd_stage_migration_runs,"
            "_2nd_stage_stored_env"
        ),
        "gr__e_schema_migrations,gr__e_migration_runs,gr__e_stored_env",
    ] == [_tables(store) for store in stores.values()]
    assert [[1], [2], [3]] == [_versions(store) for store in stores.values()]


def test_stages_whose_names_become_the_same_are_refused(dsn):
    """
    Two names that differ in what no table's name can have share their tables.
    """
    with pytest.raises(DocumentError, match="'a-b' and 'a_b' keep their history"):
        open_stage_stores([_stage("a-b", dsn), _stage("a_b", dsn), _stage("c", dsn)])


def test_a_stage_with_a_prefix_leaves_the_plain_names_to_the_other(dsn):
    """
    Only stages that say nothing of their tables are told apart by name.
    """
    stores = open_stage_stores([_stage("a", dsn), _stage("b", dsn, table_prefix="x")])

    assert PLAIN == _tables(stores["a"])
    assert _tables(stores["b"]).startswith("x_schema_migrations,")


def test_a_directory_finds_the_tables_of_its_stage(dsn):
    """
    A command for one directory, named like its stage, sees the same history.
    """
    stages = [_stage("a", dsn), _stage("b", dsn)]
    _apply(open_stage_stores(stages)["b"], 7)

    assert [7] == _versions(open_stage_store(_stage("b", dsn)))
    assert [7] == _versions(open_stage_stores(stages[1:])["b"])
    assert [] == _versions(open_stage_store(_stage("a", dsn)))


def test_a_stage_that_is_no_longer_alone_does_not_begin_anew(dsn):
    """
    A history without a name is nobody's until somebody says so.
    """
    alone, other = _stage("a", dsn), _stage("b", dsn)
    _apply(open_stage_stores([alone])["a"], 7)

    stores = open_stage_stores([alone, other])
    for name in ("a", "b"):
        with closing(stores[name]) as store:
            with pytest.raises(StoreError, match="there is no table") as caught:
                store.history()
            with pytest.raises(StoreError, match="there is no table"):
                store.begin(intent(1))
        assert f"'{name}' shares this database" in str(caught.value)

    told = _stage("a", dsn, table_schema_migrations="schema_migrations")
    stores = open_stage_stores([told, other])
    assert [7] == _versions(stores["a"])
    assert [] == _versions(stores["b"])
    assert _tables(stores["b"]).startswith("b_schema_migrations,")


def test_empty_plain_tables_are_in_nobodys_way(dsn):
    """
    Where there is no history none can be lost.
    """
    alone = open_stage_stores([_stage("a", dsn)])["a"]
    with closing(alone):
        alone.begin(intent(1))
        alone.finish(ending(intent(1)))
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM schema_migrations")

    stores = open_stage_stores([_stage("a", dsn), _stage("b", dsn)])
    assert [] == _versions(stores["a"])


def test_long_names_are_shortened_and_stay_apart(dsn):
    """
    PostgreSQL would cut them without a word, and mix what begins the same.
    """
    names = ["stage_with_a_very_long_name_" * 4 + end for end in "ab"]
    stores = open_stage_stores([_stage(name, dsn) for name in names])
    for version, store in enumerate(stores.values(), 1):
        _apply(store, version)

    assert [[1], [2]] == [_versions(store) for store in stores.values()]
    every = [name for store in stores.values() for name in _tables(store).split(",")]
    assert 6 == len(set(every))
    assert {63} == {len(name) for name in every}


def test_names_are_in_small_letters():
    """
    A name that the Go tool did not quote is found again.
    """
    assert "prod_runs" == fitted(TableNames(runs="Prod_Runs")).runs


def test_a_pickled_store_keeps_its_names(dsn):
    """
    What carries a stage to another process takes the names along.
    """
    stores = open_stage_stores([_stage("a", dsn), _stage("b", dsn)])
    copy = pickle.loads(pickle.dumps(stores["b"]))

    assert isinstance(copy, PostgresStore)
    assert stores["b"].identity == copy.identity
    assert "b" == copy.stage


def test_the_names_of_a_stage_are_told_by_its_settings():
    """
    Without a stage the tables are those that were given.
    """
    given = TableNames(versions="mine")

    assert given == Naming(tables=given).names
