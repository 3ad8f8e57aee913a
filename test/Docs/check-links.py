#!/usr/bin/env python3
"""Fails where a page names something that is not there.

    check-links.py page.md...

Links within the repository must lead to a file, and their anchors to a heading.
Paths in `code` that begin with a folder of the repository must exist: `lib/x.cpp`,
`include/{a,b}/c`. Nothing is fetched.
"""

import glob
import itertools
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FOLDERS = ("docs", "include", "lib", "test", "tools")


def text_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def without_blocks(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(path):
    headings = re.findall(r"^#+ (.*)$", without_blocks(text_of(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def expanded(path):
    """The paths that one with {a,b} stands for."""
    parts = [part.split(",") for part in re.split(r"[{}]", path)]
    return map("".join, itertools.product(*parts))


def problems(page):
    text = without_blocks(text_of(page))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        path = os.path.join(os.path.dirname(page), path) if path else page
        if not os.path.exists(path):
            yield f"links to {target}, which is not there"
        elif anchor and anchor not in anchors(path):
            yield f"links to {target}, but that page has no such heading"
    for path in re.findall(r"`([\w./{},*-]+)`", text):
        if path.startswith(tuple(folder + "/" for folder in FOLDERS)):
            for one in expanded(path):
                if not glob.glob(os.path.join(ROOT, one)):
                    yield f"names `{one}`, which is not there"


def main(pages):
    failed = False
    for page in pages:
        for problem in problems(page):
            failed = True
            print(f"{os.path.relpath(page, ROOT)}: error: {problem}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
