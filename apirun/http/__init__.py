"""HTTP with real deadlines: what goes over the wire, and how it is sent."""

from apirun.http.wire import WireRequest, WireResponse

__all__ = ["WireRequest", "WireResponse"]
