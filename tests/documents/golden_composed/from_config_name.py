"""A dependency of a stage from a file."""

from apirun import Orchestrator, Stage

Orchestrator([Stage.from_config("config.yaml", name="s", depends_on=["a"])])
