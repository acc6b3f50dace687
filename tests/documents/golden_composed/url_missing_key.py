"""A variable that nobody provides."""

from apirun import MemoryStore, Migration, Orchestrator, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    env={"api_base": "http://127.0.0.1:1"},
    migrations=[
        Migration(
            version=1,
            name="create_vpc",
            up=Request(
                "POST",
                "{{.api_bas}}/vpc",
            ),
        ),
    ],
)
Orchestrator([network]).up()
