"""Failing before a request can be sent: no port, no name, no trust."""

from apirun.testing.failing import Peer, raw, whole
from tests.failing.way import Moment, Verdict, Way

__all__ = ["WAYS"]


def _answers_a_handshake_with(data: bytes, name: str, does: str) -> Way:
    def script(peer: Peer) -> None:
        peer.read_byte()
        peer.send(data)
        peer.finish()
        peer.drain()

    return Way(
        name=name,
        does=does,
        moment=Moment.HANDSHAKE,
        script=script,
        verdict=Verdict.UNSENT,
        https=True,
        says="can't be reached",
    )


def _resets_a_handshake(peer: Peer) -> None:
    peer.read_byte()
    peer.reset()


def _stalls_a_handshake(peer: Peer) -> None:
    peer.read_byte()
    peer.wait()


def _shows(certificate: str, name: str, says: str) -> Way:
    return Way(
        name=name,
        does=f"shows a certificate that {name.partition(' that ')[2]}",
        moment=Moment.HANDSHAKE,
        script=raw(whole(200)),
        verdict=Verdict.UNSENT,
        https=True,
        certificate=certificate,
        says=says,
    )


WAYS = (
    Way(
        name="a closed port",
        does="does not listen",
        moment=Moment.CONNECTING,
        script=raw(),
        verdict=Verdict.UNSENT,
        port_open=False,
        says="refused",
    ),
    Way(
        name="a name that nobody has",
        does="has a name that can't be looked up, as a part of it is too long",
        moment=Moment.CONNECTING,
        script=raw(),
        verdict=Verdict.UNSENT,
        url=f"http://{'n' * 64}.invalid",
        says="can't be reached",
    ),
    _answers_a_handshake_with(
        b"\x00\xff" * 50, "nonsense for a handshake", "answers TLS with random bytes"
    ),
    _answers_a_handshake_with(
        whole(400, b"plain HTTP"),
        "plain HTTP on a TLS port",
        "answers TLS with plain HTTP",
    ),
    _answers_a_handshake_with(
        b"\x15\x03\x03\x00\x02\x02\x28",
        "a handshake that is declined",
        "sends a TLS alert",
    ),
    _answers_a_handshake_with(
        b"", "a handshake that is closed", "closes within the handshake"
    ),
    Way(
        name="a handshake that is reset",
        does="resets within the handshake",
        moment=Moment.HANDSHAKE,
        script=_resets_a_handshake,
        verdict=Verdict.UNSENT,
        https=True,
        says="can't be reached",
    ),
    Way(
        name="a handshake that stalls",
        does="never answers the handshake",
        moment=Moment.HANDSHAKE,
        script=_stalls_a_handshake,
        stalls=True,
        verdict=Verdict.UNSENT,
        https=True,
        says="no whole answer within",
    ),
    _shows("unknown", "a certificate that nobody signed", "certificate"),
    _shows("expired", "a certificate that has expired", "expired"),
    _shows("other", "a certificate that names another host", "127.0.0.1"),
)
