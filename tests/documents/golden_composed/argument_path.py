"""A path where stages belong."""

from apirun import Orchestrator

Orchestrator("stages.yaml")
