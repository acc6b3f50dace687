"""A stage where its name belongs."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network]).down(from_stage=network)
