"""
What the schema of Jenkins' xUnit plugin, ``junit-10.xsd``, asks of JUnit XML.

Its rules are told here in our own words, for the elements that reports have,
and those of others beside: GitLab and Jenkins' own JUnit plugin know a case by
class and name, and refuse a file without any case.
"""

import re
from collections import Counter
from xml.etree import ElementTree

__all__ = ["complaints"]

# Element: attributes it must have, those it may have, children, whether text.
RULES = {
    "testsuites": ((), ("name", "time", "tests", "failures", "errors"), "testsuite", 0),
    "testsuite": (
        ("name", "tests", "failures", "errors"),
        ("skipped", "time", "timestamp", "hostname", "id", "package", "group"),
        "testcase properties system-out system-err",
        0,
    ),
    "properties": ((), (), "property", 0),
    "property": (("name", "value"), (), "", 0),
    "testcase": (
        ("name",),
        ("classname", "time", "group"),
        "skipped error failure system-out system-err",
        0,
    ),
    "failure": ((), ("type", "message"), "", 1),
    "error": ((), ("type", "message"), "", 1),
    "skipped": ((), ("type", "message"), "", 1),
    "system-out": ((), (), "", 1),
    "system-err": ((), (), "", 1),
}
NUMBER = re.compile(r"\d+")
SECONDS = re.compile(r"\d+(\.\d+)?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
FORMS = {
    **dict.fromkeys(("tests", "failures", "errors", "skipped"), NUMBER),
    "time": SECONDS,
    "timestamp": MOMENT,
}


def complaints(text):
    """Return what is wrong with the JUnit XML *text*, an empty list if nothing."""
    root = ElementTree.fromstring(text.encode("utf-8"))
    found = [] if root.tag == "testsuites" else [f"the root is {root.tag}"]
    for element in root.iter():
        found += _element(element)
    found += _counts(root)
    names = Counter(
        (case.get("classname"), case.get("name")) for case in root.iter("testcase")
    )
    found += [
        f"{name} is there {count} times" for name, count in names.items() if count > 1
    ]
    return found if names else [*found, "there is no case"]


def _element(element):
    if element.tag not in RULES:
        return [f"unknown element {element.tag}"]
    required, optional, children, text = RULES[element.tag]
    given = set(element.keys())
    found = [f"{element.tag} has no {name}" for name in set(required) - given]
    found += [f"{element.tag}: {n}" for n in given - {*required, *optional}]
    found += [
        f"{child.tag} in {element.tag}"
        for child in element
        if child.tag not in children.split()
    ]
    found += [
        f"{element.tag}: {name}={value}"
        for name, value in element.items()
        if element.tag != "property" and name in FORMS
        if not FORMS[name].fullmatch(value)
    ]
    loose = [element.text, *(child.tail for child in element)]
    if not text and any((each or "").strip() for each in loose):
        found.append(f"text in {element.tag}")
    return found


def _counts(root):
    """Compare what suites, and all of them, say of their cases with the cases."""
    verdicts = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    found = []
    for holder in (root, *root.iter("testsuite")):
        cases = list(holder.iter("testcase"))
        counted = {"tests": len(cases)}
        for name, tag in verdicts.items():
            counted[name] = sum(case.find(tag) is not None for case in cases)
        found += [
            f"{holder.get('name')}: {name} {holder.get(name)}, counted {count}"
            for name, count in counted.items()
            if holder.get(name, str(count)) != str(count)
        ]
    return found
