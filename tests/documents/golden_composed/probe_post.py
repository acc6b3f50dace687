"""A probe that acts."""

from apirun import MemoryStore, Migration, Orchestrator, Probe, Request, Stage

network = Stage(
    name="network",
    store=MemoryStore(),
    migrations=[
        Migration(
            version=1,
            name="a",
            up=Request("POST", "http://127.0.0.1:1/a"),
            probe=Probe(Request("POST", "http://127.0.0.1:1/a")),
        ),
    ],
)
Orchestrator([network]).up()
