"""A number as a name."""

from apirun import MemoryStore, Migrator, Stage

network = Stage(name="network", store=MemoryStore())
Migrator(network, variables={1: "a"})
