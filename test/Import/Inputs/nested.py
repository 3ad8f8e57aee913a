"""Writes programs that reach the bounds of what is read, into a folder."""

import os
import sys

SETTINGS = '\n# rasp: vocab = "ab", max_seq_len = 2\n'

PROGRAMS = {
    "parentheses": f"x = {'(' * 5000}1{')' * 5000};",
    "blocks": f"{'for x in [1] {' * 5000}y = 1;{'}' * 5000}",
    "lists": f"x = {'[' * 5000}{']' * 5000};",
    "prefixes": f"x = {'- ' * 100000}1;",
    "sum": f"x = {' + '.join(['1'] * 100000)};",
    "indices": f"x = [1]{'[0]' * 100000};",
    "recursion": "def f(n) { return f(n + 1); }\nx = f(0);",
    "loop": "for i in range(3000) { for j in range(3000) { k = i; } }",
    "range": "x = range(1000000000000);",
    "doubled-list": "x = [1]; for i in range(100) { x = x + x; }",
    "repeated-list": "x = [[]] * 1000000000000;",
    "branching": "def f(n) { return 0 if n == 0 else f(n - 1) + f(n - 1); }\nx = f(100);",
    "compared": "x = []; for i in range(100) { x = [x, x]; }\n"
    "y = []; for i in range(100) { y = [y, y]; }\nz = x == y;",
    "doubled-string": 'x = "a"; for i in range(100) { x = x + x; }',
    "repeated-string": 'x = "a" * 1000000000000;',
    "characters": 's = "é" * 400000; x = [s[i] for i in range(10000)];',
    # As long, and no deeper than one expression.
    "long-but-flat": SETTINGS
    + f"x = [{', '.join(['[1]'] * 20000)}];\n"
    + "y = 0;\n" * 20000
    + "z = tokens == \"a\";\n"
    + "def f(n) { return 0 if n == 0 else 1 + f(n - 1); }\nw = f(300);\n"
    + "for i in range(100) { z = not z; }\n"
    + "d = {i: i for i in range(100000)}; x = [d[i] for i in range(100000)];",
}

for name, text in PROGRAMS.items():
    with open(os.path.join(sys.argv[1], name + ".rasp"), "w", encoding="utf-8") as file:
        file.write(text + "\n")
