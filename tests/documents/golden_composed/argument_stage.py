"""A path where a stage belongs."""

from apirun import Migrator

Migrator("config.yaml")
