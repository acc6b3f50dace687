"""A negative number of slots."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network], max_concurrent_stages=-1)
