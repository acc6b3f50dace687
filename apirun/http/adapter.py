"""The adapter that puts every connection of a session under its watchdog."""

import socket
import ssl
from typing import Any, Dict, Optional, Type

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

from apirun.http.watchdog import Watchdog

__all__ = ["WatchedAdapter"]


class WatchedAdapter(HTTPAdapter):
    """
    Puts every connection of a session under its watchdog.

    It also notes when a connection stands: before, nothing of a request can
    have reached the API.

    Args:
        watchdog: Told of every socket.
        context: TLS settings; None takes the library's.
    """

    def __init__(self, watchdog: Watchdog, context: Optional[ssl.SSLContext]) -> None:
        self._pools = _pool_classes(watchdog)
        self._context = context
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in requests
        """Make the pools with the stage's TLS settings."""
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as in requests
        """Make the pools behind a proxy likewise."""
        if self._context is not None:
            kwargs["ssl_context"] = self._context
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pool_classes(watchdog: Watchdog) -> Dict[str, Type[urllib3.HTTPConnectionPool]]:
    class Watched:
        """What both kinds of connection do."""

        sock: Any
        _handle: Optional[socket.socket] = None

        def _new_conn(self) -> socket.socket:
            made: socket.socket = super()._new_conn()  # type: ignore[misc]  # of the connection
            self._handle = made.dup()
            watchdog.hold(self._handle)
            return made

        def connect(self) -> None:
            super().connect()  # type: ignore[misc]  # of the connection
            # What is unchecked by the stage's own wish needs no warning.
            self.is_verified = True
            watchdog.connected = True

        def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in urllib3
            if self.sock is not None:
                watchdog.hold(self._handle)
                watchdog.connected = True
            super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection

        def close(self) -> None:
            handle, self._handle = self._handle, None
            if handle is not None:
                handle.close()
            super().close()  # type: ignore[misc]  # of the connection

    class PlainConnection(Watched, HTTPConnection):
        pass

    class TlsConnection(Watched, HTTPSConnection):
        pass

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = TlsConnection

    return {"http": PlainPool, "https": TlsPool}
