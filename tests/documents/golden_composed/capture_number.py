"""A number as a path."""

from apirun import Response

Response(env_from={"vpc_id": 0})
