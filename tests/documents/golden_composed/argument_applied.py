"""Versions as text."""

from apirun import MemoryStore, Orchestrator, Stage

network = Stage(name="network", store=MemoryStore())
Orchestrator([network]).roll_back([("network", "1")])
