"""A variable that is a list."""

from apirun import Stage

network = Stage(name="network", env={"zones": ["a", "b"]})
