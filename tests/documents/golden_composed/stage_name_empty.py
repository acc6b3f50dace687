"""A stage without a name."""

from apirun import MemoryStore, Migrator, Stage

Migrator(Stage(name="", store=MemoryStore()))
