"""The JSON Schema of the files says what the loader says."""

import re
from pathlib import Path

import jsonschema
import pytest

from apirun import UsageError, schema
from apirun.documents.actions import read_parsed
from apirun.documents.auth_schema import check_settings
from apirun.documents.config_file import read_config
from apirun.documents.document import Findings, open_document
from apirun.documents.faults import Fault, Faults
from apirun.documents.scalars import as_json
from apirun.documents.stages_schema import read_stages

ROOT = Path(__file__).parent.parent.parent
GOLDEN = Path(__file__).parent / "golden"
READERS = {"stages": read_stages, "config": read_config, "migration": read_parsed}
CHECKS = {kind: jsonschema.Draft7Validator(schema(kind)) for kind in READERS}
STRUCTURE = re.compile(
    r"unknown key|^'\w+' is missing$|this must be (a mapping|a list|text), not|"
    r"this must be a whole number|this must be true or false|is not known here"
)


def kind_of_file(path):
    if path.name in ("stages.yaml", "config.yaml"):
        return path.stem
    return "migration" if re.match(r"\d+_", path.name) else ""


def documents(*roots):
    """Return each YAML file below *roots* that can be read, with what it holds."""
    found = []
    for path in sorted(path for root in roots for path in root.rglob("*.y*ml")):
        if not (kind_of_file(path) and path.is_file()):
            continue
        document = open_document(str(path), Findings())
        if document is not None:
            found.append((path, document.data))
    return found


def faults_in(path, data):
    if path.name == "config.yaml" and isinstance(data, dict):
        wrong = [fault.message for fault in check_settings(data.get("auth"))]
        if wrong:
            return wrong
    try:
        READERS[kind_of_file(path)](data)
    except Faults as error:
        return [fault.message for fault in error.faults]
    except Fault as error:
        return [error.message]
    return []


def plain(data):
    """Return *data* as an editor sees it: lists, and scalars by YAML 1.2."""

    def listed(value):
        if isinstance(value, tuple):
            return [listed(item) for item in value]
        if isinstance(value, dict):
            return {key: listed(item) for key, item in value.items()}
        return value

    return listed(as_json(data))


def errors_of(path, data):
    return [error.message for error in CHECKS[kind_of_file(path)].iter_errors(data)]


@pytest.mark.parametrize("kind", sorted(READERS))
def test_the_schema_is_one(kind):
    """Each kind has a schema that is right by its own draft."""
    jsonschema.Draft7Validator.check_schema(schema(kind))


def test_what_loads_is_valid():
    """No example and no golden file that its reader takes is marked in an editor."""
    read = documents(ROOT / "examples", GOLDEN)
    fine = [(path, data) for path, data in read if not faults_in(path, data)]
    wrong = {str(path): errors_of(path, plain(data)) for path, data in fine}

    assert len(fine) > 50
    assert {} == {path: told for path, told in wrong.items() if told}


def test_what_is_wrong_in_structure_is_invalid():
    """A key or kind of value that its reader refuses is marked in an editor, too."""
    missed, met = [], 0
    for path, data in documents(GOLDEN):
        if not any(STRUCTURE.search(fault) for fault in faults_in(path, data)):
            continue
        try:
            seen = plain(data)
        except (Fault, Faults):
            continue
        met += 1
        if not errors_of(path, seen):
            missed.append((path.parent.name, faults_in(path, data)))

    assert met > 25
    assert [] == missed


def test_every_key_is_described():
    """An editor has a sentence for each key of each file."""

    def without(shape, path):
        for key, below in shape.get("properties", {}).items():
            if "if" not in path and "description" not in below:
                yield f"{path}.{key}"
        for word, below in shape.items():
            if word in ("if", "then", "allOf"):
                continue
            for item in below if isinstance(below, list) else [below]:
                if isinstance(item, dict):
                    yield from without(item, f"{path}.{word}")

    assert [] == [
        missing
        for kind in READERS
        for missing in without(schema(kind), kind)
        if ".properties.properties" not in missing
    ]


def test_an_unknown_kind_is_refused_with_the_nearest():
    """A kind that is misspelt is answered with the one that is meant."""
    with pytest.raises(UsageError, match=r"there is no schema 'stage'.*stages"):
        schema("stage")
