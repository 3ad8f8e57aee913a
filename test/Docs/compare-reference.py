#!/usr/bin/env python3
"""Fails where a page of the reference is not what TableGen makes now.

    compare-reference.py MADE COMMITTED page...
"""

import difflib
import os
import sys


def read(folder, page):
    try:
        with open(os.path.join(folder, page), encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def main(made, committed, *pages):
    stale = False
    for page in pages:
        now = read(made, page)
        if not now:
            sys.exit(f"{os.path.join(made, page)} is missing: build the target rasp-docs")
        before = read(committed, page)
        if before != now:
            stale = True
            name = f"docs/{page}"
            print("\n".join(difflib.unified_diff(before, now, name, f"{name} as TableGen makes it now", lineterm="")))
            print(f"error: {name} is stale: run tools/dev/update-docs.sh and commit what it changed", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
