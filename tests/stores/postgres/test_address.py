"""A PostgreSQL database is named without its password, the same by every name."""

import pickle

import pytest

from apirun.exceptions import UsageError
from apirun.stores.postgres import PostgresStore
from apirun.stores.postgres.address import Address
from apirun.stores.tables import TableNames

VARIABLES = ("PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGOPTIONS")


@pytest.fixture(autouse=True)
def _plain_process(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (*VARIABLES, "PGSERVICE", "PGCONNECT_TIMEOUT"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("postgresql://me:pw@db.example.com:5433/infra", "db.example.com:5433/infra"),
        ("postgres://me:p%40w@db.example.com/infra", "db.example.com:5432/infra"),
        ("host=db.example.com dbname=infra", "db.example.com:5432/infra"),
        ("postgresql://me:pw@[::1]:5433/infra", "localhost:5433/infra"),
        ("postgresql://me@127.0.0.1/infra", "localhost:5432/infra"),
        ("postgresql:///infra?host=/run/pg", "/run/pg:5432/infra"),
        ("postgresql://me@db.example.com", "db.example.com:5432/me"),
        ("postgresql://a,b:5433/infra", "a:5432;b:5433/infra"),
        ("service=infra", "service infra"),
    ],
)
def test_a_database_is_shown_by_host_port_and_name(dsn, shown):
    """
    What a person reads has what tells databases apart, and no secret.
    """
    assert shown == Address.parse(dsn).shown


def test_what_is_not_given_comes_from_the_process(monkeypatch):
    """
    Libpq's variables fill in what the address leaves out.
    """
    monkeypatch.setenv("PGHOST", "db.example.com")
    monkeypatch.setenv("PGPORT", "5433")
    monkeypatch.setenv("PGDATABASE", "infra")

    assert "db.example.com:5433/infra" == Address.parse("").shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("postgresql://a:x@h/d", "postgresql://b:y@h:5432/d", True),
        ("postgresql://a@localhost/d", "host=127.0.0.1 dbname=d", True),
        ("postgresql://a@h/d", "postgresql://a@h/e", False),
        ("postgresql://a@h/d", "postgresql://a@h:5433/d", False),
        (
            "postgresql://a@h/d?options=-csearch_path%3Dx",
            "postgresql://a@h/d?options=-c%20search_path%3Dx",
            True,
        ),
        (
            "postgresql://a@h/d?options=-csearch_path%3Dx",
            "postgresql://a@h/d?options=-csearch_path%3Dy",
            False,
        ),
        ("postgresql://a@h/d?options=-csearch_path%3Dx", "postgresql://a@h/d", False),
    ],
)
def test_identities_are_the_same_exactly_for_the_same_tables(one, other, same):
    """
    Server, database, schema and tables count; who connects does not.
    """
    identities = {PostgresStore(dsn).identity for dsn in (one, other)}

    assert same == (len(identities) == 1)


def test_the_identity_ends_in_the_tables():
    """
    Stages that share a table are told by it, without a connection.
    """
    store = PostgresStore(
        "postgresql://me:hunter2@h/d", tables=TableNames(versions="Mine", runs="r")
    )

    assert "postgres:h:5432/d:mine,r,stored_env" == store.identity


@pytest.mark.parametrize(
    "dsn",
    [
        "password=hunter2 nonsense",
        "hunter2",
        "postgresql://me:hunter2@h/d?pasword=hunter2",
        "postgresql://me:hunter2%ZZ@h/d",
        "postgresql://[hunter2",
    ],
)
def test_an_address_that_is_none_is_refused_without_showing_it(dsn):
    """
    Libpq's own words would quote the address, and with it the password.
    """
    with pytest.raises(UsageError, match="can't be understood") as caught:
        PostgresStore(dsn).history()

    assert "hunter2" not in str(caught.value)
    assert "hunter2" not in repr(caught.value)


def test_nothing_of_a_store_shows_its_password():
    """
    Neither identity nor any representation holds it; a copy still has it.
    """
    dsn = "postgresql://me:hunter2@h/d"
    store = PostgresStore(dsn)

    assert "hunter2" not in store.identity
    assert "hunter2" not in repr(store)
    assert "hunter2" not in repr(Address.parse(dsn))
    assert b"hunter2" in pickle.dumps(store)


def test_waiting_for_a_server_has_an_end(monkeypatch):
    """
    Ten seconds, unless the address or the process says otherwise.
    """
    assert "connect_timeout=10" in Address.parse("host=h").conninfo
    assert "connect_timeout=3" in Address.parse("host=h connect_timeout=3").conninfo
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "4")
    assert "connect_timeout" not in Address.parse("host=h").conninfo
