"""A version above what a history holds."""

from apirun import Migration, Request

up = Request("GET", "http://127.0.0.1:8000/vpcs")
vpc = Migration(version=2**63, name="vpc", up=up)
