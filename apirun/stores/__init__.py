"""Where histories are kept: SQLite, memory, and what others register."""

from apirun.stores.opening import open_store
from apirun.stores.registry import find_store

__all__ = ["find_store", "open_store"]
