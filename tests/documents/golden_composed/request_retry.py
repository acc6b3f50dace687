"""A number where a policy belongs."""

from apirun import Request

Request("GET", "http://127.0.0.1:1", retry=3)
