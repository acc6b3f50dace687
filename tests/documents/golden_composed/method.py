"""A method that is none."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(
            version=1,
            name="create_vpc",
            up=Request(
                "FETCH ME",
                "http://127.0.0.1:1/vpc",
            ),
        ),
    ],
)
Orchestrator([network]).up()
