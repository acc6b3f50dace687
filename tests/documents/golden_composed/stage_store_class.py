"""The class of a store."""

from apirun import MemoryStore, Stage

network = Stage(name="network", store=MemoryStore)
