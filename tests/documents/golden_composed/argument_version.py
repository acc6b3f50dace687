"""A version as text."""

from apirun import MemoryStore, Migrator, Stage

network = Stage(name="network", store=MemoryStore())
Migrator(network).up(to="1")
