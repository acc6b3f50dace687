"""A version that is no number."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(
            version="x",
            name="create_vpc",
            up=Request(
                "POST",
                "http://127.0.0.1:1/vpc",
            ),
        ),
    ],
)
Orchestrator([network]).up()
