"""
Run every benchmark, or those that are named.

``python -m tests.benchmarks [NAME ...]`` calls ``main()`` of each
``bench_NAME.py`` in this directory, in the order of their names. A benchmark
prints its ratios; it returns False if one is over its limit.
"""

import argparse
import importlib
import sys
from pathlib import Path

PREFIX = "bench_"


def main() -> int:
    """Run them and return the exit code: 1 if a limit does not hold."""
    found = sorted(
        path.stem[len(PREFIX) :] for path in Path(__file__).parent.glob(f"{PREFIX}*.py")
    )
    parser = argparse.ArgumentParser(description="Measure apirun, and print ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(found))
    names = parser.parse_args().names or found
    for name in names:
        if name not in found:
            parser.error(f"there is no benchmark {name}, only {', '.join(found)}")
    over = []
    for name in names:
        print(f"\n== {name} ==", flush=True)
        module = importlib.import_module(f"tests.benchmarks.{PREFIX}{name}")
        if module.main() is False:
            over.append(name)
    if over:
        print(f"\nOver its limit: {', '.join(over)}")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
