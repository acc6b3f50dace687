"""Whatever stands in a file, nothing but a document error comes out."""

import os
import tempfile

from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.documents import load_directory, load_stages
from apirun.exceptions import DocumentError
from tests.documents.test_golden import GOLDEN

CORPUS = sorted(
    path.read_text(encoding="utf-8")
    for path in GOLDEN.glob("*/*.yaml")
    if path.stat().st_size < 2000
)
SNIPPETS = [
    "{{",
    "}}",
    "- ",
    ": ",
    "\n",
    "&a ",
    "*a",
    "!x ",
    "[",
    "{",
    '"',
    "|\n",
    "<<",
    "\t",
]


@st.composite
def broken(draw):
    """Return one of the golden documents with a piece put in or taken out."""
    text = draw(st.sampled_from(CORPUS))
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    return text[:start] + draw(st.sampled_from(["", *SNIPPETS])) + text[end:]


@given(
    config=broken() | st.text(max_size=60),
    migration=broken() | st.binary(max_size=60),
    stages=broken(),
)
@settings(max_examples=150)
def test_only_document_errors_come_out(config, migration, stages):
    """
    Random and damaged files load, or raise one error that can be shown.
    """
    content = migration if isinstance(migration, bytes) else migration.encode()
    with tempfile.TemporaryDirectory() as home:
        for name in ("a", "b"):
            os.mkdir(os.path.join(home, name))
        files = {
            "config.yaml": config.encode("utf-8", "surrogatepass"),
            "001_a.yaml": content,
            "stages.yaml": stages.encode(),
            "a/config.yaml": b"env: {}",
            "b/config.yaml": b"env: {}",
        }
        for name, data in files.items():
            with open(os.path.join(home, name), "wb") as stream:
                stream.write(data)
        for load, name in (
            (load_directory, "config.yaml"),
            (load_stages, "stages.yaml"),
        ):
            told = ""
            try:
                load(os.path.join(home, name))
            except DocumentError as error:
                told = str(error)

            assert "" == told or "Nothing was sent" in told
