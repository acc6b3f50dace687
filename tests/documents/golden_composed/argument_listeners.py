"""One function where a list belongs."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network], listeners=print)
