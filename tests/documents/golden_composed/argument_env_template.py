"""A template that is none."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator(
    [network],
    env={"vpc": "{{.vpc"},
)
