"""Intents and endings, written down short, and as strategies."""

from apirun.testing.records import HIGHEST_VERSION, ending, endings, intent, intents

__all__ = ["HIGHEST_VERSION", "ending", "endings", "intent", "intents"]
