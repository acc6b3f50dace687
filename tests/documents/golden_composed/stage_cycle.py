"""Stages that depend on each other."""

from apirun import MemoryStore, Orchestrator, Stage

Orchestrator(
    [
        Stage(name="network", store=MemoryStore(), depends_on=["services"]),
        Stage(
            name="services",
            store=MemoryStore(),
            depends_on=["network"],
        ),
    ]
)
