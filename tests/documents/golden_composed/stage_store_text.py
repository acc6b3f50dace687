"""A path where a store belongs."""

from apirun import Stage

network = Stage(
    name="network",
    store="network.db",
)
