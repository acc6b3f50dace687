"""A store without a path."""

from apirun import SqliteStore

SqliteStore("")
