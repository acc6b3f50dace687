"""A function that takes nothing."""

from apirun import MemoryStore, Migration, Orchestrator, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(version=1, name="a", up=lambda: None),
    ],
)
Orchestrator([network]).up()
