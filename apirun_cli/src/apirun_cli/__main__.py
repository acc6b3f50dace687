"""Where the process starts and ends; only this module exits it."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with its code."""
    # All that takes time, typing included, is imported where Ctrl-C ends it in order.
    try:
        from apirun_cli.process import run  # noqa: PLC0415

        code = run()
    except KeyboardInterrupt:
        from apirun_cli.process import interrupted  # noqa: PLC0415

        code = interrupted()
    sys.exit(code)


if __name__ == "__main__":
    main()
