#!/usr/bin/env python3
"""Writes inputs that readers stumble over into a folder.

    nasty.py folder source.rasp...

Beside what is listed below these are the sources cut off at many places, with pieces
left out, doubled and exchanged.
"""

import os
import random
import sys

DEPTH = 3000
NASTY = {
    "empty": b"",
    "nul": b"x = \0indices;\n\0",
    "not_utf8": b'x = "\xff\xfe\xc3";\n# rasp: vocab = "\xc3\x28\xf0\x9f"\ny = \xe9;\n',
    "carriage_returns": b"x = indices;\r\ny = x +\r1;\r\n",
    "unfinished_string": b'x = "abc',
    "huge_integer": b"x = " + b"9" * 400 + b";",
    "least_integer": b"x = -9223372036854775808 / -1; y = 9223372036854775807 + 1;",
    "huge_float": b"x = " + b"9" * 400 + b"." + b"9" * 400 + b";",
    "parentheses": b"x = " + b"(" * DEPTH + b"1" + b")" * DEPTH + b";",
    "brackets": b"x = " + b"[" * DEPTH + b"]" * DEPTH + b";",
    "braces": b"x = " + b"{1:" * DEPTH + b"2" + b"}" * DEPTH + b";",
    "negations": b"x = " + b"not " * DEPTH + b"True;",
    "chain": b"x = indices" + b" + indices" * DEPTH + b";",
    "conditions": b"x = 1" + b" if tokens == 1 else 2" * DEPTH + b";",
    "blocks": b"for i in [1] {" * DEPTH + b"}" * DEPTH,
    "functions": b"def f() {" * DEPTH + b"return 1; }" * DEPTH,
    "recursion": b"def f(n) { return f(n + 1); } x = f(0);",
    "mutual_recursion": b"def f(n) { return n(n); } x = f(f);",
    "doubling_list": b"x = [1]; for i in range(100) { x = x + x; }",
    "doubling_string": b'x = "a"; for i in range(100) { x = x + x; }',
    "doubling_graph": b"x = indices; for i in range(60) { x = x * x + x; }",
    "endless_range": b"x = [i for i in range(9223372036854775807)]; y = range(0, 10, 0);",
    "long_power": b"x = 2 ^ 9223372036854775807; y = indices ^ indices ^ indices;",
    "many_names": b"".join(b"x%d = x%d;" % (i, i - 1) for i in range(1, 2000)),
    "load_itself": b'load "load_itself";',
    "load_folder": b'load "."; load "/"; load ""; load "\0";',
    "settings": b"# rasp: vocab = range(100000), max_seq_len = 65536\nx = tokens * tokens * indices;",
    "wrong_settings": b"# rasp: vocab = [], max_seq_len = -1, causal = 2, output = , name = 3\nx = 1;",
    "everything_reserved": b"True = 1; indices = 2; out = 3; range = 4; tokens_int = 5;",
    "commands": b'set example\nset s-op\nexamples\nfull seq display\nshow selector "a"\nexit(',
    "selectors": b"s = select(tokens, tokens, ==); for i in range(12) { s = s or not s and s; } x = selector_width(s);",
    "mixed": b'x = aggregate(select(1, "a", ==), [1], 2); y = best(1, 2); z = {tokens: 1}; w = x[y][z];',
}  # fmt: skip


def mutations(text, generator):
    for _ in range(12):
        yield text[: generator.randrange(len(text) + 1)]
        start = generator.randrange(len(text))
        end = min(len(text), start + generator.randrange(1, 30))
        piece = text[start:end]
        yield text[:start] + text[end:]
        yield text[:end] + piece + text[end:]
        other = generator.randrange(len(text))
        yield text[:other] + piece + text[other + len(piece):]


def main():
    folder, *sources = sys.argv[1:]
    inputs = dict(NASTY)
    generator = random.Random(1)
    for source in sorted(sources):
        with open(source, "rb") as file:
            text = file.read()
        name = os.path.basename(source).replace(".", "_")
        for number, mutated in enumerate(mutations(text, generator)):
            inputs[f"{name}_{number}"] = mutated
    for name, text in inputs.items():
        with open(os.path.join(folder, name + ".rasp"), "wb") as file:
            file.write(text)


if __name__ == "__main__":
    main()
