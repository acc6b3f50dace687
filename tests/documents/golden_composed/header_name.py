"""A header that can't be named so."""

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
                headers={"X Trace": "1"},
            ),
        ),
    ],
)
Orchestrator([network]).up()
