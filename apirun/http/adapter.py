"""The adapter that puts every connection of a session under its watchdog."""

import functools
import http.client
import ipaddress
import socket
import ssl
from typing import Any, Callable, Dict, List, Optional, Tuple, Type

import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from apirun.http.watchdog import Watchdog

__all__ = ["WatchedAdapter"]

Address = Tuple[int, int, int, str, Any]
Context = Callable[[], ssl.SSLContext]

INTERIM = range(102, 200)
LONGEST_LINE = 65536


class WatchedAdapter(HTTPAdapter):
    """
    Puts every connection of a session under its watchdog.

    It never sends a request a second time on its own.

    Args:
        watchdog: Told of every socket, and of the first byte that goes out.
        context: Makes the TLS settings; called for the first https URL.
    """

    def __init__(self, watchdog: Watchdog, context: Context) -> None:
        self._context = functools.lru_cache(maxsize=1)(context)
        self._pools = _pool_classes(watchdog, self._context)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in requests
        """Make pools of watched connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as in requests
        """Make pools of watched connections behind a proxy."""
        if proxy.lower().startswith("https:"):
            kwargs["proxy_ssl_context"] = self._context()
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def cert_verify(self, *_: object) -> None:
        """Leave the pool alone: its context knows whom to trust."""


class _Lines:
    """Remembers the last line that was read."""

    def __init__(self, reader: Any) -> None:  # noqa: ANN401 - whatever a socket makes
        self._reader = reader
        self.last = b""

    def readline(self, limit: int) -> bytes:
        self.last = self._reader.readline(limit)
        return self.last

    def close(self) -> None:
        self._reader.close()


class _WholeHead(http.client.HTTPResponse):
    """
    An answer whose head must be whole, and which is the final one.

    http.client takes the end of a connection for the blank line, and an interim
    answer that it does not know for the answer.
    """

    fp: Any

    def begin(self) -> None:
        reader = self.fp
        self.fp = lines = _Lines(reader)
        try:
            super().begin()
        finally:
            if self.fp is lines:
                self.fp = reader
        if not lines.last:
            raise http.client.IncompleteRead(b"")

    def _read_status(self) -> Tuple[str, int, str]:
        # Any number of them may come before it (RFC 9110, section 15.2).
        while True:
            version, status, reason = super()._read_status()  # type: ignore[misc]  # typeshed leaves it out
            if status not in INTERIM:
                return version, status, reason
            while self.fp.readline(LONGEST_LINE).strip():
                pass


class _Watched:
    """What both kinds of connection do."""

    watchdog: Watchdog
    sock: Any
    socket_options: Any
    port: int
    _dns_host: str
    _handle: Optional[socket.socket] = None
    _connecting = False
    response_class: Any = _WholeHead

    def _new_conn(self) -> socket.socket:
        error: Optional[OSError] = None
        for address in _resolve(self._dns_host.strip("[]"), self.port, self.watchdog):
            try:
                return self._open(address)
            except OSError as failed:
                error = failed
        # As it came, urllib3 would take a reset for one that comes after the request.
        reason = error or "it has no address"
        raise NewConnectionError(self, str(reason)) from error  # type: ignore[arg-type]  # it is one, by its subclasses

    def _open(self, address: Address) -> socket.socket:
        family, kind, protocol, _, target = address
        made = socket.socket(family, kind, protocol)
        try:
            for option in self.socket_options or ():
                made.setsockopt(*option)
            made.settimeout(self.watchdog.left_s())
            if self._handle is not None:
                self.watchdog.release(self._handle)
            self._handle = made.dup()
            self.watchdog.hold(self._handle)
            made.connect(target)
        except OSError:
            made.close()
            raise
        return made

    def connect(self) -> None:
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]  # of the connection
        finally:
            self._connecting = False
        # What is unchecked by the stage's own wish needs no warning each time.
        self.is_verified = True

    def request(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in urllib3
        if self.sock is not None:
            self.watchdog.hold(self._handle)
        super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection

    def send(self, data: Any) -> None:  # noqa: ANN401 - as in http.client
        if self.sock is None:
            self.connect()
        if not self._connecting:
            self.watchdog.left_s()
            self.watchdog.sent = True
        super().send(data)  # type: ignore[misc]  # of the connection

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self.watchdog.release(handle)
        super().close()  # type: ignore[misc]  # of the connection


def _pool_classes(
    dog: Watchdog, context: Context
) -> Dict[str, Type[urllib3.HTTPConnectionPool]]:
    class PlainConnection(_Watched, HTTPConnection):
        watchdog = dog

    class TlsConnection(_Watched, HTTPSConnection):
        watchdog = dog

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = PlainConnection

    class TlsPool(urllib3.HTTPSConnectionPool):
        ConnectionCls = TlsConnection

        def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as in urllib3
            # What versions of requests put here would undo the stage's settings.
            for name in ("cert_reqs", "ca_certs", "ca_cert_dir"):
                kwargs.pop(name, None)
            super().__init__(*args, **{**kwargs, "ssl_context": context()})

    return {"http": PlainPool, "https": TlsPool}


def _resolve(host: str, port: int, watchdog: Watchdog) -> List[Address]:
    """Return the addresses of *host*; a name is looked up as long as the try lasts."""

    def look_up() -> List[Address]:
        return [*socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)]

    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return watchdog.outwait(look_up)
    return look_up()
