"""A provider that is no class."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network], auth_providers={"vault": "token"})
