"""What single values of a file look like."""

import re

__all__ = [
    "IDENTIFIER",
    "SIZE",
    "STATUS",
    "STATUS_CLASS",
    "TABLE_NAME",
    "TOKEN",
    "UNITS",
]

TOKEN = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]+")
STATUS = re.compile(r"[1-5][0-9]{2}")
STATUS_CLASS = re.compile(r"[1-5][xX]{2}")
SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)")
UNITS = {
    "": 1,
    "b": 1,
    "kb": 10**3,
    "mb": 10**6,
    "gb": 10**9,
    "kib": 2**10,
    "mib": 2**20,
    "gib": 2**30,
}
TABLE_NAME = re.compile("[a-zA-Z_][a-zA-Z0-9_]*")
IDENTIFIER = re.compile("[A-Za-z_][A-Za-z0-9_]*")
