"""A list as the value of a query."""

from apirun import Request

Request("GET", "http://127.0.0.1:1", queries={"id": [1, 2]})
