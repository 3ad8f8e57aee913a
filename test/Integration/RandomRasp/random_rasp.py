#!/usr/bin/env python3
"""Makes random programs in .rasp and compares what they compute with plain Python.

    random_rasp.py --count=40 --seed=1
    random_rasp.py --print --seed=7      prints the program of a seed

Of each program the s-op that it ends with is interpreted on all inputs of one or two
tokens and on random ones, which language.py says the values of, and the transformer
that it is compiled to is run on them. It may be refused for a documented reason, which
is counted.

Before, one file of many statements is read, about atoms, lists and dicts, and about s-ops
and selectors that are called with an input. Those that have no value have to be
errors, and no others.
"""

import argparse
import collections
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.dirname(HERE)]

from generator import ATOMS, SOPS, Generator  # noqa: E402
from language import (  # noqa: E402
    Environment,
    Input,
    Selector,
    SOp,
    Undefined,
    Unsuitable,
    is_number,
    library,
    text_of,
)
from random_programs import REFUSALS  # noqa: E402
from trees import Assign, Call, Writer, is_double, literal  # noqa: E402

VOCABULARIES = [
    ["a", "b"],
    ["a", "b", "c"],
    ["0", "1", "2"],
    [1, 2, 3],
    [0, 5],
    [False, True],
    [Fraction(1, 2), Fraction(1), Fraction(3)],
]

# Where the domains say that an operation may be undefined.
REFUSALS = {
    **REFUSALS,
    "an operation that may be undefined": r"has no entry for|by zero",
    "too large a matrix": r"more than the limit of .* entries",
}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def first_error(result):
    return next((line for line in result.stderr.splitlines() if "error:" in line), "")


# What is known while a file is read. --------------------------------------------


def static_file(seed, count):
    """The text of a file, and of each of its statements the lines and what is expected."""
    rng = random.Random(seed)
    generator, writer, names = Generator(rng, wild=0.04), Writer(rng), Environment(library())
    of_sops = Generator(rng)
    lines = ['# rasp: vocab = "ab", max_seq_len = 2, output = tokens']
    statements = []

    def add(text, expected):
        first = statements[-1][1] + 1 if statements else 2
        lines.append(text)
        statements.append((first, first + text.count("\n"), expected, text))

    def add_sop():
        """An s-op or a selector with an input."""
        kind = rng.choice([*SOPS, "Selector", "Single"])
        text = [rng.choice("ab") for _ in range(rng.randrange(1, 5))]
        expr = Call(of_sops.make(kind, rng.randrange(1, 5)), literal("".join(text)))
        try:
            value = expr.value(names)
        except Undefined:
            # What nothing depends on may be left out, and then is no error.
            return
        add(f"{{True: 0}}[{writer.at(expr)} == {writer.at(literal(value), 4)}];", value)

    def add_known():
        kind = rng.choice(ATOMS + ["ints", "strs", "dict"])
        expr = generator.make(kind, rng.randrange(1, 5))
        if rng.random() < 0.5:
            kind, expr = "", generator.operators(rng.randrange(1, 6))
        try:
            value = expr.value(names)
        except Undefined:
            add(writer.at(expr) + ";", "an error")
            return
        add(f"{{True: 0}}[({writer.at(expr)}) == {writer.at(literal(value), 4)}];", value)
        # Of what kind a number is, its text tells.
        if is_number(value) and abs(value) < 1000 and is_double(Fraction(value)):
            add(f'{{True: 0}}[tokens_str([{writer.at(expr)}]) == ["{text_of(value)}"]];', value)
        if kind and rng.random() < 0.1:
            name = generator.new_name()
            Assign([name], [expr]).run(names)
            add(Assign([name], [expr]).write(writer), value)
            generator.know([(name, kind)])

    while len(statements) < count:
        try:
            (add_sop if rng.random() < 0.4 else add_known)()
        except Unsuitable:
            continue
    return "\n".join(lines) + "\n", statements


def check_static(path, seed, count):
    text, statements = static_file(seed, count)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    result = run("rasp-translate", "--import-rasp", path, "-o", os.devnull)
    errors = {}
    for line in result.stderr.splitlines():
        # In a function of the library, a note says where it was called.
        if found := re.match(r".*static.rasp:(\d+):\d+: (error: .*|note: called from)", line):
            errors.setdefault(int(found[1]), found[2])
    failures = 0
    for first, last, expected, text in statements:
        found = next((errors[n] for n in range(first, last + 1) if n in errors), None)
        if (found is None) == (expected == "an error"):
            failures += 1
            print(f"seed {seed}, {first}: {text}\n  expected {expected}, found {found}")
    if not 0 <= result.returncode < 128:
        failures += 1
        print(f"seed {seed}: exit code {result.returncode}")
    return failures, sum(expected == "an error" for _, _, expected, _ in statements)


# Programs. ----------------------------------------------------------------------


class Program:
    def __init__(self, seed, longest):
        self.random = random.Random(seed)
        self.vocab = self.random.choice(VOCABULARIES)
        self.max_seq_len = self.random.randrange(2, longest + 1)
        self.causal = self.random.random() < 0.25
        self.inputs = [
            Input.of(tokens, self.causal)
            for size in (1, 2)
            for tokens in itertools.product(self.vocab, repeat=size)
        ]
        for _ in range(10):
            size = self.random.randrange(1, self.max_seq_len + 1)
            tokens = [self.random.choice(self.vocab) for _ in range(size)]
            self.inputs.append(Input.of(tokens, self.causal))
        self.generator = Generator(self.random, self.vocab)
        self.names = Environment(library(self.causal))
        self.statements, self.output = [], None
        wanted = self.random.randrange(2, 7)
        while wanted or not self.output:
            wanted -= self.extend() and wanted > 0
        # Some end in what is undefined on some inputs.
        if self.random.random() < 0.15:
            while None not in self.expected().values():
                self.extend(has_gap=True)
        self.text = self.write()

    def extend(self, has_gap=False):
        """Adds statements, if they have values that can be compared."""
        make = self.generator.gap if has_gap else self.generator.statement
        statements, names = make(self.random.randrange(1, 4))
        before = dict(self.names.variables)
        try:
            for statement in statements:
                statement.run(self.names)
            for name, _ in names:
                self.require_comparable(self.names.get(name), has_gap)
        except (Undefined, Unsuitable):
            self.names.variables = before
            return False
        self.statements += statements
        self.generator.know(names)
        self.output = next((n for n, kind in reversed(names) if kind in SOPS), self.output)
        return True

    def require_comparable(self, value, has_gap):
        if not isinstance(value, (SOp, Selector)):
            return
        results = [self.value_on(value, tokens) for tokens in self.inputs]
        if not any(results) or None in results and not has_gap:
            raise Undefined
        if isinstance(value, SOp):
            for element in itertools.chain(*filter(None, results)):
                if len(text_of(element)) > 12:
                    raise Unsuitable

    @staticmethod
    def value_on(value, tokens):
        try:
            return value.on(tokens)
        except Undefined:
            return None

    def write(self):
        writer = Writer(self.random)
        vocab = writer.at(literal(self.vocab))
        settings = (
            f"# rasp: vocab = {vocab}, max_seq_len = {self.max_seq_len}, output = {self.output}"
            + (", causal = True" if self.causal else "")
        )
        return "\n".join([settings, *(s.write(writer) for s in self.statements)]) + "\n"

    def expected(self):
        output = self.names.get(self.output)
        return {tokens: self.value_on(output, tokens) for tokens in self.inputs}


def as_json(tokens):
    return json.dumps([float(t) if isinstance(t, Fraction) else t for t in tokens])


def difference(expected, lines, tolerance):
    """The first output that is another than what is expected, or None."""
    greatest = max([1, *(abs(v) for values in expected.values() for v in values if is_number(v))])

    def agrees(found, value):
        if isinstance(value, str) or isinstance(found, str):
            return found == value
        return abs(found - value) <= tolerance * greatest

    for (tokens, values), line in itertools.zip_longest(expected.items(), lines):
        found = json.loads(line)["output"]
        if len(found) != len(values) or not all(map(agrees, found, values)):
            return f"on {as_json(tokens)}: {found}, not {list(map(str, values))}"
    return None


def check_program(folder, seed, longest):
    """What became of a program, and whether that is a failure."""
    program = Program(seed, longest)
    path = os.path.join(folder, "program.rasp")
    with open(path, "w", encoding="utf-8") as file:
        file.write(program.text)
    expected = program.expected()
    defined = {tokens: values for tokens, values in expected.items() if values is not None}
    undefined = [tokens for tokens in expected if tokens not in defined]
    inputs = os.path.join(folder, "inputs.txt")
    with open(inputs, "w", encoding="utf-8") as file:
        file.write("".join(as_json(tokens) + "\n" for tokens in defined))

    command = ["rasp-run", "--format=json", path, f"--inputs={inputs}"]
    result = run(*command, "--stage=rasp")
    if result.returncode:
        return f"interpreted, exit code {result.returncode}: {result.stderr[-1500:]}", True
    if different := difference(defined, result.stdout.splitlines(), 1e-9):
        return f"interpreted {different}", True
    for tokens in undefined[:2]:
        result = run("rasp-run", "--stage=rasp", path, f"--input={as_json(tokens)}")
        if not 0 < result.returncode < 128 or not first_error(result):
            return f"on {as_json(tokens)}: {result.stdout}, not an error", True

    # What is undefined on an input must not compile.
    result = run(*command)
    if result.returncode == 0 and not undefined:
        different = difference(defined, result.stdout.splitlines(), 1e-5)
        return f"compiled {different}" if different else "compiled", bool(different)
    for name, pattern in REFUSALS.items():
        if 0 < result.returncode < 128 and re.search(pattern, first_error(result)):
            return f"refused, {name}", False
    return f"compiled, exit code {result.returncode}: {result.stderr[-1500:]}", True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--static", type=int, default=4000, help="how many statements of one file")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=int, default=5, help="the greatest max_seq_len")
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()
    if arguments.print:
        print(Program(arguments.seed, arguments.longest).text, end="")
        return 0

    outcomes = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "static.rasp")
        failures, num_errors = check_static(path, arguments.seed, arguments.static)
        print(f"{arguments.static} statements, {num_errors} of them errors: {failures} failed")
        for seed in range(arguments.seed, arguments.seed + arguments.count):
            outcome, failed = check_program(folder, seed, arguments.longest)
            if failed:
                failures += 1
                print(f"seed {seed}: {outcome}\n{Program(seed, arguments.longest).text}")
            else:
                outcomes[outcome] += 1
    for outcome, number in sorted(outcomes.items()):
        print(f"{number} programs: {outcome}")
    # Nothing is shown by programs that are all refused.
    return 1 if failures or 2 * outcomes["compiled"] < arguments.count else 0


if __name__ == "__main__":
    sys.exit(main())
