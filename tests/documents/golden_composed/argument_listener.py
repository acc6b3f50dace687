"""A number where a function belongs."""

from apirun import MemoryStore, Migrator, Stage

network = Stage(name="network", store=MemoryStore())
Migrator(network, listeners=[3])
