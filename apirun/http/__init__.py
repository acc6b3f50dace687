"""HTTP with real deadlines: what goes over the wire, and how it is sent."""

from apirun.http.wire import Accepted, WireRequest, WireResponse

__all__ = ["Accepted", "WireRequest", "WireResponse"]
