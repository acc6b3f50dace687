"""A header without a value."""

from apirun import Request

Request("GET", "http://127.0.0.1:1", headers={"X-Team": None})
