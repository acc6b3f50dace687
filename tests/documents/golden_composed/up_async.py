"""A coroutine function."""

from apirun import MemoryStore, Migration, Orchestrator, Stage


async def up(context):
    pass


network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(version=1, name="a", up=up),
    ],
)
Orchestrator([network]).up()
