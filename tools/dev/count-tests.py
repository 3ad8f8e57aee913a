#!/usr/bin/env python3
"""Adds up the result files of lit and pytest and prints 'N passed, M failed'.

    count-tests.py results.json results.xml...

A .json file is lit's (--output), an .xml file pytest's (--junitxml). Exits with 1
where a test failed, where a result file is missing or cannot be read (its run then
counts as one failure), and where nothing passed.
"""

import collections
import json
import sys
import xml.etree.ElementTree

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
NOT_RUN = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def read_lit(path):
    """For each test its kind and a line that describes it."""
    with open(path, encoding="utf-8") as file:
        for test in json.load(file)["tests"]:
            code = test["code"]
            kind = "passed" if code in PASSED else "skipped" if code in NOT_RUN else "failed"
            yield kind, f"{code}: {test['name']}"


def read_pytest(path):
    """Likewise."""
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        outcomes = {child.tag for child in case}
        failed = outcomes & {"failure", "error"}
        kind = "failed" if failed else "skipped" if "skipped" in outcomes else "passed"
        yield kind, f"{kind.upper()}: {case.get('classname')}::{case.get('name')}"


def main(paths):
    counts = collections.Counter()
    for path in paths:
        read = read_pytest if path.endswith(".xml") else read_lit
        try:
            results = list(read(path))
        except (OSError, ValueError, KeyError, SyntaxError) as error:
            print(f"no test results in {path}: {error}", file=sys.stderr)
            counts["failed"] += 1
            continue
        for kind, description in results:
            counts[kind] += 1
            if kind == "failed":
                print(description)
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        line += f", {counts['skipped']} skipped"
    print(line)
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
