"""Where histories are kept: SQLite, PostgreSQL, memory, and what others register."""

from apirun.stores.opening import open_store, set_apart
from apirun.stores.postgres.naming import prefix_of
from apirun.stores.registry import find_store

__all__ = ["find_store", "open_store", "prefix_of", "set_apart"]
