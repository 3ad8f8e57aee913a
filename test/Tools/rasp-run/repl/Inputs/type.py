#!/usr/bin/env python3
"""Types into an interactive session, in a terminal: its history and its drawings are
kept in this folder.

    type.py folder

Each step is typed when the session has asked for it, and must then be answered.
"""

import os
import pty
import re
import select
import signal
import sys
import time

UP, CONTROL_C, CONTROL_D = "\x1b[A", "\x03", "\x04"
# Half a second, in which the session has begun with what was typed before.
WAIT = "\0"
PATIENCE = 60

STEPS = [
    # What is typed, and what is shown then, up to the next prompt.
    ("leng\t;\n", 'length("hello") = [5]*5 (ints)'),
    (":settin\t\n", "max_seq_len 5"),
    ("def half(sequence) {\n", ".. "),
    ("return sequence / 2;\n", ".. "),
    ("}\n", "function: half(sequence)"),
    ("hal\tindices);\n", "[0, 0.5, 1, 1.5, 2] (floats)"),
    ("half(length" + CONTROL_C, ""),
    # An empty line ends an entry, to see what is missing.
    ("half(indices)\n", ".. "),
    ("\n", "expected ';' after the expression"),
    ("in\t\t", "indices"),
    ("\x15one = 1;\n", "value: one = 1"),
    (UP + "\n", "value: one = 1"),
    (":mlir one at \t", "craft-blocks"),
    ("\x15one;\n", "value: one = 1"),
    # What takes seconds is given up, and the session goes on.
    ("chain = indices;\n", "s-op: chain"),
    ("for i in range(40000) { chain = chain + i; }\n", ""),
    (":cost chain\n" + WAIT + CONTROL_C, "interrupted"),
    ("one;\n", "value: one = 1"),
]


class Terminal:
    def __init__(self, folder):
        self.text = ""
        self.process, self.file = pty.fork()
        if self.process == 0:
            os.environ.update(HOME=folder, TERM="dumb")
            os.execvp("rasp-run", ["rasp-run", "--repl"])

    def read_until(self, pattern):
        """Waits until what was not looked at yet matches, and drops it so far."""
        while not (match := re.search(pattern, self.text, re.DOTALL)):
            if not self.read():
                sys.exit(f"ended before {pattern!r}, with {self.text!r}")
        self.text = self.text[match.end():]

    def read(self):
        """Reads what is shown next, and tells whether there was anything."""
        ready, _, _ = select.select([self.file], [], [], PATIENCE)
        if not ready:
            os.kill(self.process, signal.SIGKILL)
            sys.exit(f"nothing is shown any more after {self.text!r}")
        try:
            text = os.read(self.file, 4096)
        except OSError:  # how Linux tells that the session closed the terminal
            return False
        self.text += text.decode()
        return bool(text)

    def type(self, text):
        for i, part in enumerate(text.split(WAIT)):
            if i:
                time.sleep(0.5)
            os.write(self.file, part.encode())


def main():
    folder = sys.argv[1]
    terminal = Terminal(folder)
    terminal.read_until(">> ")
    for text, answer in STEPS:
        terminal.type(text)
        prompt = "" if answer == ".. " else r".*?>> "
        terminal.read_until(re.escape(answer) + prompt)
    terminal.type(CONTROL_D)
    while terminal.read():
        pass
    _, status = os.waitpid(terminal.process, 0)
    if status:
        sys.exit(f"ended with {status}")
    with open(os.path.join(folder, ".rasp-history"), encoding="utf-8") as file:
        if "one" not in file.read():
            sys.exit("the history was not kept")


if __name__ == "__main__":
    main()
