"""A variable that templates can't reach."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    env={"cidr": "10.0.0.0/16", "a-b": 1},
    migrations=[
        Migration(
            version=1,
            name="create_vpc",
            up=Request(
                "POST",
                "http://127.0.0.1:1/vpc",
            ),
        ),
    ],
)
Orchestrator([network]).up()
