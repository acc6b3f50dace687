"""A template that is not closed."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(
            version=1,
            name="create_vpc",
            up=Request(
                "POST",
                "http://{{.host/vpc",
            ),
        ),
    ],
)
Orchestrator([network]).up()
