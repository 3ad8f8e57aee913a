#!/usr/bin/env python3
"""Compares an interactive session with its transcript.

    check-session.py [--update] transcript [options of rasp-run]

Lines of the transcript that begin with `>> ` or `.. ` are entered, through a pipe;
the others are what is answered, errors included. Lines above the first one that is
entered are comments. With --update the answers become those that were found.
"""

import difflib
import re
import subprocess
import sys


def answers(entered, options):
    command = ["rasp-run", "--repl", *options]
    text = "".join(line[3:] + "\n" for line in entered)
    result = subprocess.run(command, input=text, text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    wanted = 1 if "error: " in result.stdout else 0
    if result.returncode != wanted:
        sys.exit(f"rasp-run ends with {result.returncode}, not {wanted}:\n{result.stdout}")
    return result.stdout.splitlines()


def update(path, comments, entered, options):
    lines, known = list(comments), 0
    for number, line in enumerate(entered, 1):
        lines.append(line)
        if number < len(entered) and entered[number].startswith(".. "):
            continue
        found = answers(entered[:number], options)
        lines += found[known:]
        known = len(found)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


def main():
    arguments = sys.argv[1:]
    is_update = arguments[0] == "--update"
    path, *options = arguments[is_update:]
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith(">> "))
    entered = [line for line in lines[first:] if re.match(r">> |\.\. ", line)]
    if is_update:
        update(path, lines[:first], entered, options)
        return
    expected = [line for line in lines[first:] if not re.match(r">> |\.\. ", line)]
    found = answers(entered, options)
    if found != expected:
        sys.exit("\n".join(difflib.unified_diff(expected, found, "expected", "found", lineterm="")))


if __name__ == "__main__":
    main()
