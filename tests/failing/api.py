"""An API that fails in one way until it is mended."""

import json
import socket
import ssl
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Dict, Iterator, List, Optional

from apirun.testing.failing import (
    FailingServer,
    Peer,
    Script,
    Sent,
    answer,
    serve_failing,
    whole,
)
from tests.failing.way import Way

__all__ = ["FailingApi", "failing"]

NAME = "ada"
MADE = json.dumps({"id": "thing-1", "name": NAME}).encode()


class FailingApi(FailingServer):
    """
    An API of things that fails in one way until it is mended.

    A POST to ``/things`` makes one more each time, as careless APIs do, unless
    it repeats an ``Idempotency-Key``; a PUT makes one that is not there.

    Args:
        way: How it fails.
        tls: Shows a certificate on each connection; None does not.

        elsewhere: Another host; None if there is none.

    Attributes:
        made: How many things were ever made.
    """

    def __init__(
        self,
        way: Way,
        tls: Optional[ssl.SSLContext],
        elsewhere: Optional[FailingServer],
    ) -> None:
        self.way = way
        self.elsewhere = elsewhere
        self.other = elsewhere.url if elsewhere else ""
        self.tls = tls
        self.made = 0
        self._keys: Dict[str, None] = {}
        self._left = way.times
        self._mended = False
        super().__init__((), listening=False)
        if way.padding:
            # So that a long request does not end up in buffers unread.
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        if way.port_open:
            self.listen()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http{'s' if self.way.https else ''}://{self.address}"

    @property
    def writes(self) -> List[Sent]:
        """The requests that were read whole and were to make something."""
        return [sent for sent in self.requests if sent.method in ("POST", "PUT")]

    def mend(self, tls: Optional[ssl.SSLContext] = None) -> None:
        """Serve well from now on, with a certificate if *tls* shows one."""
        self._mended = True
        self.tls = tls
        if not self.way.port_open:
            self.listen()

    def fail(self, way: Way) -> None:
        """Fail in another way from now on, over the same connections."""
        self.way, self._left, self._mended = way, way.times, False

    def next_script(self) -> Script:
        """Fail, or serve well if it was mended or has failed often enough."""
        if self._mended or self.way.warm:
            return self._serve_well
        script: Optional[Script] = self.way.script
        if self._left is not None:
            script = script if self._left > 0 else self.way.then
            self._left -= 1
        return self._serve_well if script is None else partial(self._fail, script)

    def act(self, sent: Sent) -> None:
        """Make what a request asks for."""
        if sent.method not in ("POST", "PUT"):
            return
        key = sent.headers.get("idempotency-key")
        known = key in self._keys if key else sent.method == "PUT" and self.made > 0
        if key:
            self._keys[key] = None
        self.made += not known

    def _fail(self, script: Script, peer: Peer) -> None:
        if self.tls is not None:
            peer.secure(self.tls)
        script(peer)

    def _serve_well(self, peer: Peer) -> None:
        if self.tls is not None:
            peer.secure(self.tls)
        while True:
            sent = peer.take()
            found = self.made or sent.path != f"/things/{NAME}"
            if sent.path == "/health":
                peer.send(whole(200))
                if not self._mended:
                    self.way.script(peer)
                    return
            elif found:
                peer.send(whole(200 if sent.method != "POST" else 201, MADE))
            else:
                peer.send(whole(404))


@contextmanager
def failing(way: Way, tls: Optional[ssl.SSLContext] = None) -> Iterator[FailingApi]:
    """Serve an API that fails that way until the block ends."""
    with ExitStack() as stack:
        elsewhere = None
        if way.elsewhere:
            well = answer(200, MADE)
            elsewhere = stack.enter_context(serve_failing(well, host="127.0.0.2"))
        api = FailingApi(way, tls, elsewhere)
        stack.callback(api.close)
        yield api
