"""A policy that is not known."""

from apirun import Stage

network = Stage(
    name="network",
    on_failure="explode",
)
