"""A stage without a place for its history."""

from apirun import Migrator, Stage

Migrator(Stage(name="network"))
