"""Variables of a stage that it does not depend on."""

from apirun import EnvFromStage, MemoryStore, Orchestrator, Stage

Orchestrator(
    [
        Stage(name="network", store=MemoryStore(), depends_on=[]),
        Stage(
            name="services",
            store=MemoryStore(),
            depends_on=["network"],
            env_from_stages=[EnvFromStage("other", ["vpc_id"])],
        ),
    ]
)
