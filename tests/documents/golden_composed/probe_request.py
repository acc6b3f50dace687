"""A request where a probe belongs."""

from apirun import Migration, Request

there = Request("GET", "http://127.0.0.1:1")
Migration(version=1, name="vpc", up=there, probe=there)
