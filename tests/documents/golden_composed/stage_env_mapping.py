"""A secret variable, written as in YAML."""

from apirun import Stage

network = Stage(name="network", env={"pin": {"value": "1234", "secret": True}})
