"""A function where a request belongs."""

from apirun import Request

Request("GET", "http://127.0.0.1:1", find=print)
