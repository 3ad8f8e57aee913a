"""Cuts a file off at many places; every tool must refuse each with a diagnostic.

    truncate.py file.mlirbc tool...

A tool may come with flags: one argument of the shell, split here.
"""

import shlex
import subprocess
import sys
import tempfile

with open(sys.argv[1], "rb") as file:
    whole = file.read()

failures = []
for size in sorted({1, 2, 3, 4, 5, 8, *range(13, len(whole), max(1, len(whole) // 12))}):
    with tempfile.NamedTemporaryFile(suffix=".mlirbc") as cut:
        cut.write(whole[:size])
        cut.flush()
        for tool in sys.argv[2:]:
            command = [*shlex.split(tool), cut.name] + (["--input", "1"] if "rasp-run" in tool else [])
            result = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
            if result.returncode <= 0 or result.returncode > 127 or "error:" not in result.stderr:
                failures.append(f"{tool}, first {size} bytes: exit {result.returncode}: {result.stderr[:500]}")
print("\n".join(failures))
sys.exit(1 if failures else 0)
