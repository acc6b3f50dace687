"""Dependencies as one text."""

from apirun import Stage

network = Stage(name="network", depends_on="base")
