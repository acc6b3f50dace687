"""
The engines of paths and templates alone: JSON in, text out.

    curl -s http://127.0.0.1:8000/users | python engines.py users '{{range .found}}
    {{.name | upper}}{{end}}'
"""

import sys

from apirun.capture import MISSING, DocumentError, Path, PathError, parse_document
from apirun.template import Template, TemplateError


def main(path: str, template: str) -> int:
    """Print what *path* finds in the JSON on stdin, rendered by *template*."""
    try:
        compiled, output = Path(path), Template(template)
        found = compiled.get(parse_document(sys.stdin.buffer.read()))
        if found is MISSING:
            print(f"nothing at {path}", file=sys.stderr)
            return 1
        print(output.render({"found": found}))
    except (PathError, TemplateError, DocumentError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
