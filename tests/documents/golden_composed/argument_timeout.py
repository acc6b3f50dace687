"""No duration."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
orchestrator = Orchestrator([network])
with orchestrator.environment(timeout="5 mins"):
    pass
