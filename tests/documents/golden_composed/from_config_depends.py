"""One name where a list belongs."""

from apirun import Stage

Stage.from_config("config.yaml", name="shop", depends_on="network")
