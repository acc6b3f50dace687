"""
Tokens of one's own: a file that somebody else renews, as in many clusters.

A class with `from_config` and `acquire` is enough. To use it from a config.yaml
everywhere, publish it under the entry-point group `apirun.auth`.

    python own_auth.py token
"""

import os
import sys
from pathlib import Path
from typing import Callable, Mapping

from apirun import (
    AuthError,
    AuthSettings,
    MemoryStore,
    Migration,
    Migrator,
    Request,
    Response,
    Stage,
    Token,
    WireRequest,
    WireResponse,
)


class FileAuth:
    """
    A token that stands in a file.

    Args:
        path: The file; it is read again a minute later, or when the API says 401.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "FileAuth":
        """Return a provider with the settings of a stage."""
        unknown = sorted(set(config) - {"path"})
        if unknown or "path" not in config:
            raise AuthError(f"'file' takes a 'path' and nothing else, not {unknown}")
        return cls(Path(str(config["path"])))

    def acquire(self, send: Callable[[WireRequest], WireResponse]) -> Token:  # noqa: ARG002 - nobody is asked
        """Return the token that stands there now; nothing need be asked for it."""
        try:
            text = self._path.read_text("utf-8").strip()
        except OSError as error:
            raise AuthError(f"no token in {self._path}: {error.strerror}") from error
        return Token(f"Basic {text}", secrets=(text,), expires_in_s=60)


def main(path: str) -> int:
    """List the networks that the holder of the token sees."""
    stage = Stage(
        name="network",
        migrations=[
            Migration(
                version=1,
                name="look",
                up=Request(
                    "GET",
                    "{{.api_base}}/vpcs",
                    auth_name="cloud",
                    response=Response(env_from={"names": "vpcs.#.name"}),
                ),
            )
        ],
        env={"api_base": os.environ["CLOUD_URL"]},
        auth=[AuthSettings(type="file", name="cloud", config={"path": path})],
        store=MemoryStore(),
    )
    result = Migrator(stage, auth_providers={"file": FileAuth}).up()
    if result.failure is not None:
        print(result.failure.message, file=sys.stderr)
        return 1
    print("networks:", result.env["names"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
