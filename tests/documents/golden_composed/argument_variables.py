"""A variable without a value."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network]).up(
    variables={"cidr": None},
)
