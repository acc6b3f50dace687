"""A real Kinto server for as long as a test needs it."""

import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import requests

from tests.helpers.ports import free_port

__all__ = ["serve_kinto"]

START_TIMEOUT_S = 60.0


@contextmanager
def serve_kinto(settings: Path) -> Iterator[str]:
    """
    Serve the empty Kinto that *settings* describe, and give its URL.

    Args:
        settings: An ini file; its port is replaced by a free one.
    """
    port = free_port()
    text = settings.read_text("utf-8").replace("port = 8888", f"port = {port}")
    settings.write_text(text, "utf-8")
    program = Path(sys.executable).parent / "kinto"
    process = subprocess.Popen(
        [str(program), "start", "--ini", str(settings)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/v1"
    try:
        _await(f"{url}/__heartbeat__", process)
        yield url
    finally:
        process.kill()
        process.wait()


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < deadline_s:
            assert process.poll() is None, "the server ended at once"
            try:
                if session.get(url, timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
    raise AssertionError(f"{url} did not become healthy")
