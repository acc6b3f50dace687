"""A file that is not there."""

from apirun import Orchestrator, Stage

Orchestrator([Stage.from_config("missing/config.yaml", name="services")])
