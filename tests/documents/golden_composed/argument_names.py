"""One name where a list belongs."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network]).up(stages="network")
