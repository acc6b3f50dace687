"""A duration in parsecs."""

from apirun import Stage

network = Stage(name="network", timeout_s="5 parsecs")
