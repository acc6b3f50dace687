"""Every store of ours keeps what the protocol `StateStore` promises."""

import os
from itertools import count
from pathlib import Path
from typing import Callable

import psycopg
import pytest

from apirun.state import StateStore
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.sqlite import SqliteStore
from apirun.testing import StoreContract
from tests.helpers.postgres import Server


class TestMemoryStore(StoreContract):
    persists = False

    @pytest.fixture
    def make_store(self) -> Callable[[], StateStore]:
        return MemoryStore


class TestSqliteStore(StoreContract):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Path:
        place = tmp_path / "histories"
        place.mkdir()
        return place

    @pytest.fixture
    def make_store(self, place: Path) -> Callable[[], StateStore]:
        numbers = count()
        return lambda: SqliteStore(place / f"{next(numbers)}.db")

    @pytest.fixture
    def unreachable_store(self, tmp_path: Path) -> StateStore:
        return SqliteStore(tmp_path)

    @pytest.fixture
    def look(self, place: Path) -> Callable[[], object]:
        return lambda: os.listdir(place)


class TestPostgresStore(StoreContract):
    @pytest.fixture
    def make_store(self, postgres_server: Server) -> Callable[[], StateStore]:
        return lambda: PostgresStore(
            postgres_server.dsn(postgres_server.create_database())
        )

    @pytest.fixture
    def unreachable_store(self) -> StateStore:
        return PostgresStore("postgresql://me:pw@127.0.0.1:1/d")

    @pytest.fixture
    def look(self, store: PostgresStore) -> Callable[[], object]:
        def look() -> object:
            with psycopg.connect(store._dsn) as connection:
                return connection.execute(
                    "SELECT oid FROM pg_class WHERE oid >= 16384"
                ).fetchall()

        return look
