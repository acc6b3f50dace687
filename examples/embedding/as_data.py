"""
What stages will do, do and have done: printed for a person, or as JSON lines.

Each value has a text of its own for ``print``, and `to_dict` for programs, in
the form that ``apirun schema`` describes. So has each event.

    python as_data.py ../stages/stages.yaml
    python as_data.py ../stages/stages.yaml --json > log.jsonl
"""

import json
import os
import sys

from apirun import Orchestrator, PlainData


def show(value: PlainData) -> None:
    """Print *value* for a person."""
    print(f"{value}\n")


def write(value: PlainData) -> None:
    """Print *value* for a program, in one line."""
    print(json.dumps(value.to_dict()))


def main(stages: str, *options: str) -> int:
    """Look at the stages, bring them up, and look again."""
    as_json = "--json" in options
    tell = write if as_json else show
    orchestrator = Orchestrator.from_file(
        stages,
        variables={"api_base": os.environ["CLOUD_URL"]},
        listeners=[write] if as_json else [],
    )
    validation = orchestrator.validate()
    tell(validation)
    if not validation.ready:
        return 2
    tell(orchestrator.plan())
    result = orchestrator.up()
    tell(result)
    tell(orchestrator.status(history=1))
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
