"""A template in a leaf of a body."""

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
                body={"cidr": "{{.cidr", "name": "main"},
            ),
        ),
    ],
)
Orchestrator([network]).up()
