"""A variable that no template reaches."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network], env={"vpc-id": "vpc-1"})
