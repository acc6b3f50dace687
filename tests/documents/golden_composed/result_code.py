"""A status code that is none."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Response, Stage

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
                response=Response(result_code="2zz"),
            ),
        ),
    ],
)
Orchestrator([network]).up()
