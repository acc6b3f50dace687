"""A truth value as a duration."""

from apirun import ClientSettings

ClientSettings(timeout_s=True)
