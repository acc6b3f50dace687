"""An up that is neither request nor function."""

from apirun import MemoryStore, Migration, Orchestrator, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(version=1, name="a", up=3),
    ],
)
Orchestrator([network]).up()
