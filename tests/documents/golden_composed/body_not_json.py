"""A body that JSON can't write."""

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
                "http://127.0.0.1:1/vpc",
                body={"cidr": {1, 2}},
            ),
        ),
    ],
)
Orchestrator([network]).up()
