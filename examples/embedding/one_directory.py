"""
One directory of migrations without stages: step by step, and what is on record.

    python one_directory.py ../stages/infrastructure/config.yaml
"""

import os
import sys

from apirun import Migrator, UnsettledError


def main(path: str) -> int:
    """Apply the first version, then the rest; show the history; go back."""
    migrator = Migrator.from_config(
        path,
        variables={
            "api_base": os.environ["CLOUD_URL"],
            "cloud_password": os.environ["CLOUD_PASSWORD"],
            "project_name": "single",
            "environment": "staging",
            "region": "eu-central-1",
        },
    )
    try:
        first = migrator.up(to=1)
        rest = migrator.up()
    except UnsettledError as error:
        # Somebody has to look at the API; `migrator.settle` takes the answer.
        print(error, file=sys.stderr)
        return 3
    print("first:", *(each.name for each in first.migrations))
    print("then:", *(each.name for each in rest.migrations))
    print("pending:", migrator.status().pending)
    migrator.down(to=0)
    for row in migrator.history():
        print(row.direction.value, row.name, row.status_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
