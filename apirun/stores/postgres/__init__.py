"""A store that keeps its history in a PostgreSQL database."""

from apirun.stores.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
