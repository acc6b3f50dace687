"""Two stages in the same tables."""

from apirun import Orchestrator, SqliteStore, Stage

network = Stage(name="network", store=SqliteStore("/nowhere/network.db"))
services = Stage(name="services", store=SqliteStore("/nowhere/network.db"))
Orchestrator([network, services])
