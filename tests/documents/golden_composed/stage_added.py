"""A list where migrations are added one by one."""

from apirun import Migration, Request, Stage

vpc = Migration(version=1, name="vpc", up=Request("GET", "http://127.0.0.1:1"))
Stage(name="network").with_migrations(
    [vpc],
)
