"""Serve the local API until Ctrl-C: ``python -m apirun.testing [PORT]``."""

import argparse
import sys
import threading
from contextlib import suppress

from apirun.testing.api_server import serve_api

__all__ = ["main"]


def main() -> None:
    """Serve on the port that the command line names, and print the address."""
    parser = argparse.ArgumentParser(
        prog="python -m apirun.testing",
        description="Serve an API that remembers what it is sent, until Ctrl-C. "
        "Any collection exists: POST /products adds a product. It listens on "
        "127.0.0.1 alone, and forgets everything when it ends.",
    )
    parser.add_argument(
        "port",
        nargs="?",
        type=_port,
        default=0,
        metavar="PORT",
        help="where to listen; without it, a port that is free",
    )
    port = parser.parse_args().port
    try:
        with serve_api(port=port) as api, suppress(KeyboardInterrupt):
            sys.stdout.write(f"{api.url}\n")
            sys.stdout.flush()
            threading.Event().wait()
    except OSError as error:
        parser.error(
            f"can't listen on 127.0.0.1:{port}: {error.strerror}. Stop what listens "
            "there, perhaps another one of these, or name another port."
        )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port from 0 to 65535")
    return int(text)


if __name__ == "__main__":
    main()
