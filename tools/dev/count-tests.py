#!/usr/bin/env python3
"""Adds up lit's result files and prints 'N passed, M failed'.

    count-tests.py results.json...

Exits with 1 where a test failed, where a result file is missing or cannot be read
(its run then counts as one failure), and where nothing passed.
"""

import collections
import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
NOT_RUN = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def main(paths):
    counts = collections.Counter()
    for path in paths:
        try:
            with open(path, encoding="utf-8") as file:
                tests = json.load(file)["tests"]
        except (OSError, ValueError, KeyError) as error:
            print(f"no test results in {path}: {error}", file=sys.stderr)
            counts["failed"] += 1
            continue
        for test in tests:
            code = test["code"]
            kind = "passed" if code in PASSED else "skipped" if code in NOT_RUN else "failed"
            counts[kind] += 1
            if kind == "failed":
                print(f"{code}: {test['name']}")
    line = f"{counts['passed']} passed, {counts['failed']} failed"
    if counts["skipped"]:
        line += f", {counts['skipped']} skipped"
    print(line)
    return 0 if counts["passed"] and not counts["failed"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
