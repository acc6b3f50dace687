"""A generator function."""

from apirun import MemoryStore, Migration, Orchestrator, Stage


def up(context):
    yield context.session


network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(version=1, name="a", up=up),
    ],
)
Orchestrator([network]).up()
