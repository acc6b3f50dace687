"""A word that is not known."""

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
                response=Response(env_missing="explode"),
            ),
        ),
    ],
)
Orchestrator([network]).up()
