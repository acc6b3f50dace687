"""A condition that is not closed."""

from apirun import MemoryStore, Orchestrator, Stage

Orchestrator(
    [
        Stage(
            name="network",
            store=MemoryStore(),
            condition="{{if .x}}yes",
        )
    ]
)
