"""Text of files, read within bounds; every refusal is a problem with a place."""

import os
import re
import stat
from typing import List

from apirun.exceptions import DocumentError
from apirun.origin import Location, Problem

__all__ = ["decode", "read_bytes", "read_text", "refuse", "split_lines"]

MEBIBYTE = 1024 * 1024
MAX_DOCUMENT_BYTES = 4 * MEBIBYTE
# What YAML 1.2 calls not printable, section 5.1. Surrogates are no UTF-8; and one
# class for both parts would take 8 ms to compile.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]|\ufffe|\uffff")
# What libyaml and ruamel.yaml count as the end of a line.
LINE_END = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def refuse(file: str, message: str) -> DocumentError:
    """Return the error for a whole *file*."""
    return DocumentError((Problem(Location(file), message),))


def split_lines(text: str) -> List[str]:
    """Return the lines of *text* as a YAML parser counts them."""
    return LINE_END.split(text)


def read_bytes(path: str, *, file: str, limit: int, noun: str = "document") -> bytes:
    """
    Return what the file at *path* holds.

    Args:
        path: Absolute path.
        file: The path that messages show.
        limit: Bytes that it may hold; a longer one is not read.
        noun: What the file is called in messages.

    Raises:
        DocumentError: If it is missing, no regular file, unreadable or longer
            than *limit*.
    """
    try:
        # A pipe would block for ever, a device may have no end.
        kind = os.stat(path)
        if stat.S_ISDIR(kind.st_mode):
            raise refuse(file, f"this is a directory, not a {noun}")
        if not stat.S_ISREG(kind.st_mode):
            raise refuse(file, "this is not a regular file")
        with open(path, "rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError as error:
        raise refuse(file, f"there is no such {noun}") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise refuse(file, f"can't be read: {reason}") from error
    if len(content) > limit:
        raise refuse(
            file, f"longer than {limit // MEBIBYTE} MiB, which no {noun} may be"
        )
    return content


def read_text(path: str, *, file: str) -> str:
    """
    Return the text of the document at *path*.

    Args:
        path: Absolute path.
        file: The path that messages show.

    Raises:
        DocumentError: If it can't be read, is longer than 4 MiB, or is no
            UTF-8 text.
    """
    return decode(read_bytes(path, file=file, limit=MAX_DOCUMENT_BYTES), file=file)


def decode(content: bytes, *, file: str) -> str:
    """
    Return *content* as text.

    Args:
        content: Bytes of a whole document, with or without a byte order mark.
        file: The path that messages show.

    Raises:
        DocumentError: If it is not UTF-8, or holds a control character.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte order mark the position is counted behind it.
        bad = error.object[error.start]
        before = split_lines(error.object[: error.start].decode("utf-8", "replace"))
        place = Location(file, len(before), len(before[-1]) + 1)
        problem = Problem(place, f"not UTF-8: byte 0x{bad:02x}. Save it as UTF-8")
        raise DocumentError((problem,)) from error
    control = CONTROL.search(text)
    if control is not None:
        before = split_lines(text[: control.start()])
        place = Location(file, len(before), len(before[-1]) + 1)
        code = ord(control.group())
        problem = Problem(place, f"the control character U+{code:04X} can't stand here")
        raise DocumentError((problem,))
    return text
