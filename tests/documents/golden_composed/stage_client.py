"""Settings as a mapping."""

from apirun import Stage

network = Stage(name="network", client={"proxy": "http://me:hunter2@proxy:3128"})
