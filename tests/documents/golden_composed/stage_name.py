"""A name that is a number."""

from apirun import Stage

network = Stage(name=5)
