"""An answer as a mapping."""

from apirun import Request

Request("GET", "http://127.0.0.1:1", response={"result_code": [200]})
