#!/usr/bin/env python3
"""Compares a library program with a plain definition of what it computes.

    oracle.py sort.mlir --max-seq-len=5,10,32

The definitions below are ordinary Python on lists and know nothing of s-ops,
selectors or transformers. The program is run by the reference interpreter and
as a compiled model, with each of the given bounds on the length, on every short
input and on random ones up to the bound. Values have to agree in kind: true is
not 1. A fraction may differ by 1e-6 in the interpreter, a number by 1e-3 in the
compiled model.
"""

import argparse
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
from fractions import Fraction

# What each program computes, from the list of tokens to the list of results.
# None stands for none.


def fractions_so_far(token):
    return lambda tokens: [
        Fraction(tokens[: i + 1].count(token), i + 1) for i in range(len(tokens))
    ]


def moved(offset):
    def result(tokens):
        places = range(-offset, len(tokens) - offset)
        return [tokens[i] if 0 <= i < len(tokens) else None for i in places]

    return result


def ends_here(pattern):
    def result(tokens):
        ends = [tokens[i + 1 - len(pattern) : i + 1] for i in range(len(tokens))]
        return [
            None if i + 1 < len(pattern) else end == list(pattern) for i, end in enumerate(ends)
        ]

    return result


def everywhere(function):
    """The same result at each position."""
    return lambda tokens: [function(tokens)] * len(tokens)


def balances(tokens, opening="(", closing=")"):
    prefixes = [tokens[: i + 1] for i in range(len(tokens))]
    return [Fraction(p.count(opening) - p.count(closing), len(p)) for p in prefixes]


def shuffled_brackets(*kinds):
    """1 where the brackets of each kind are balanced among themselves, else 0."""

    def balanced(tokens, opening, closing):
        depth = 0
        for token in tokens:
            depth += (token == opening) - (token == closing)
            if depth < 0:
                return False
        return depth == 0

    return everywhere(lambda tokens: int(all(balanced(tokens, *kind) for kind in kinds)))


def placed_by_smaller_ones(tokens):
    """Each token where the number of smaller ones puts it; holes are none."""
    return [
        next((t for t in tokens if sum(other < t for other in tokens) == i), None)
        for i in range(len(tokens))
    ]


def at_most_twice(tokens):
    return sum(tokens.count(token) <= 2 for token in tokens)


def continued_as_before(tokens):
    """The token after the last earlier occurrence of each, or none."""

    def following(i):
        places = [j for j in range(i) if tokens[j] == tokens[i]]
        return tokens[places[-1] + 1] if places else None

    return [following(i) for i in range(len(tokens))]


def nested_brackets(*kinds):
    """T where brackets are balanced, P where they can become so, F where not."""
    opening = {pair[1]: pair[0] for pair in kinds}

    def states(tokens):
        stack, broken, found = [], False, []
        for token in tokens:
            if token not in opening:
                stack.append(token)
            elif not stack or stack.pop() != opening[token]:
                broken = True
            found.append("F" if broken else "P" if stack else "T")
        return found

    return states


def decimal_sum(tokens):
    """The sum of what stands before and after the first "+", a later one being a 0."""
    text = "".join(tokens)
    first, _, second = text.partition("+") if "+" in text else ("", "", text)
    total = int(first or "0") + int(second.replace("+", "0") or "0")
    return list(str(total).zfill(len(tokens)))


DEFINITIONS = {
    "frac_prevs": fractions_so_far("l"),
    "frac_prevs_open": fractions_so_far("("),
    "frac_prevs_close": fractions_so_far(")"),
    "shift_by_one": moved(1),
    "shift_by_two": moved(2),
    "shift_by_minus_one": moved(-1),
    "detect_pattern_a": ends_here("a"),
    "detect_pattern_ab": ends_here("ab"),
    "detect_pattern_abc": ends_here("abc"),
    "reverse": lambda tokens: tokens[::-1],
    "length": everywhere(len),
    "pair_balance": balances,
    "shuffle_dyck1": shuffled_brackets("()"),
    "shuffle_dyck2": shuffled_brackets("()", "{}"),
    "shuffle_dyck3": shuffled_brackets("()", "[]", "{}"),
    "hist": lambda tokens: [tokens.count(token) for token in tokens],
    "sort_unique": placed_by_smaller_ones,
    "sort_unique_by_key": lambda tokens: tokens[::-1],
    "sort": sorted,
    "sort_by_key": lambda tokens: tokens[::-1],
    "sort_freq": lambda tokens: sorted(tokens, key=lambda token: -tokens.count(token)),
    "count": everywhere(lambda tokens: tokens.count("a")),
    "count_less_freq": everywhere(at_most_twice),
    "nary_sum": lambda tokens: [2 * token - i for i, token in enumerate(tokens)],
    "nary_quotient": lambda tokens: [Fraction(i * i, token) for i, token in enumerate(tokens)],
    "induction": continued_as_before,
    "dyck_ptf": nested_brackets("()", "{}"),
    "decimal_addition": decimal_sum,
    "selector_width": lambda tokens: [i + 1 for i in range(len(tokens))],
}

# What is different where a position sees only what stands at or before it.
CAUSAL_DEFINITIONS = {
    "shift_by_minus_one": lambda tokens: [None] * len(tokens),
    "length": DEFINITIONS["selector_width"],
    "hist": lambda tokens: [tokens[: i + 1].count(token) for i, token in enumerate(tokens)],
    "count": lambda tokens: [tokens[: i + 1].count("a") for i in range(len(tokens))],
}


def inputs_for(vocabulary, max_seq_len, all_limit, num_random, seed):
    """Every input as long as they are few, and random ones of any length."""
    inputs = []
    for length in range(1, max_seq_len + 1):
        if len(inputs) + len(vocabulary) ** length > all_limit:
            break
        inputs += map(list, itertools.product(vocabulary, repeat=length))
    generator = random.Random(seed)
    for i in range(num_random):
        length = max_seq_len if i % 2 == 0 else generator.randint(1, max_seq_len)
        # Some with few different tokens: ties and runs.
        some = generator.sample(vocabulary, generator.randint(1, len(vocabulary)))
        inputs.append([generator.choice(some) for _ in range(length)])
    return inputs


def agrees(found, expected, tolerance):
    if expected is None or isinstance(expected, (bool, str)):
        return type(found) is type(expected) and found == expected
    if isinstance(found, str):
        try:
            found = Fraction(found)
        except ValueError:
            return False
    if isinstance(found, bool) or not isinstance(found, (int, float, Fraction)):
        return False
    if isinstance(expected, int) and tolerance == 0:
        return found == expected
    return abs(found - expected) <= tolerance


def run(command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f"{' '.join(command)}\nfailed with {result.returncode}:\n{result.stderr}")
    return result.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--max-seq-len", default="5")
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--output", choices=["categorical", "numerical"])
    parser.add_argument("--all-limit", type=int, default=400)
    parser.add_argument("--random", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    with open(arguments.program, encoding="utf-8") as file:
        text = file.read()
    name = re.search(r"rasp\.program @(\w+)", text).group(1)
    vocabulary = json.loads(re.search(r"vocab = (\[.*?\])[,}]", text).group(1))
    is_fraction = re.search(r"-> (\S+)\n? *attributes", text).group(1) == "!rasp.sop<f64>"
    definition = DEFINITIONS[name]
    if arguments.causal:
        definition = CAUSAL_DEFINITIONS.get(name, definition)

    differences = compared = 0
    with tempfile.TemporaryDirectory() as folder:
        for max_seq_len in map(int, arguments.max_seq_len.split(",")):
            inputs = inputs_for(
                vocabulary, max_seq_len, arguments.all_limit, arguments.random, arguments.seed
            )
            inputs_path = os.path.join(folder, "inputs.txt")
            with open(inputs_path, "w", encoding="utf-8") as file:
                file.writelines(json.dumps(tokens) + "\n" for tokens in inputs)
            contract = f"max-seq-len={max_seq_len}"
            contract += " causal=true" if arguments.causal else ""
            contract += f" output={arguments.output}" if arguments.output else ""
            program_path = os.path.join(folder, f"{name}.mlir")
            run(["rasp-opt", f"--rasp-set-contract={contract}", arguments.program, "-o", program_path])

            for stage in ("rasp", "linalg"):
                approximate = is_fraction or arguments.output == "numerical"
                tolerance = (1e-6 if stage == "rasp" else 1e-3) if approximate else 0
                command = ["rasp-run", program_path, f"--stage={stage}", "--format=json"]
                lines = run(command + ["--inputs", inputs_path]).splitlines()
                if len(lines) != len(inputs):
                    sys.exit(f"{name}: {len(inputs)} inputs, but {len(lines)} lines of output")
                for tokens, line in zip(inputs, lines):
                    found = json.loads(line)["output"]
                    expected = definition(tokens)
                    compared += 1
                    if len(found) == len(expected) and all(
                        agrees(f, e, tolerance) for f, e in zip(found, expected)
                    ):
                        continue
                    differences += 1
                    if differences <= 5:
                        shown = " ".join("none" if e is None else str(e) for e in expected)
                        print(
                            f"{name} at max_seq_len {max_seq_len}, stage {stage}, on "
                            f"{' '.join(map(str, tokens))}: found {found}, expected {shown}"
                        )
    print(f"{name}: {differences} of {compared} outputs differ")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
