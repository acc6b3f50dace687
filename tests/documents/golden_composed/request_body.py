"""A number as a body."""

from apirun import Request

Request("POST", "http://127.0.0.1:1", body=3)
