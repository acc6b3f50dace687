"""Two stages of one name."""

from apirun import MemoryStore, Orchestrator, Stage

Orchestrator(
    [
        Stage(name="network", store=MemoryStore(), depends_on=[]),
        Stage(
            name="network",
            store=MemoryStore(),
            depends_on=[],
        ),
    ]
)
