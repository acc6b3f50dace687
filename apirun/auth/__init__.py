"""Tokens by name: providers, their registry, and the tokens of a stage."""

from apirun.auth.provider import AuthProvider, Token
from apirun.auth.registry import find_provider
from apirun.auth.tokens import Tokens

__all__ = ["AuthProvider", "Token", "Tokens", "find_provider"]
