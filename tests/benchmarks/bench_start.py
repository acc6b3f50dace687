"""What starting costs, beside importing click."""

import subprocess
import sys
import time

__all__ = ["main"]

RUNS = 15
CLICK = (sys.executable, "-c", "import click")
STARTS = {
    "apirun --help": (sys.executable, "-m", "apirun_cli", "--help"),
    "import apirun": (sys.executable, "-c", "import apirun"),
}


def median_ms(*command: str) -> float:
    """Return the median time of *command* in milliseconds."""
    times = []
    for _ in range(RUNS):
        started_s = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - started_s)
    return sorted(times)[RUNS // 2] * 1000


def main() -> None:
    """Print the times and their ratios."""
    click_ms = median_ms(*CLICK)
    for label, command in STARTS.items():
        took_ms = median_ms(*command)
        print(
            f"start: {label} {took_ms:.0f} ms, import click {click_ms:.0f} ms, "
            f"ratio {took_ms / click_ms:.2f}"
        )


if __name__ == "__main__":
    main()
