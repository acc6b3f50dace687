"""A dependency that is misspelt."""

from apirun import MemoryStore, Orchestrator, Stage

Orchestrator(
    [
        Stage(name="network", store=MemoryStore(), depends_on=[]),
        Stage(
            name="services",
            store=MemoryStore(),
            depends_on=["netwrok"],
        ),
    ]
)
