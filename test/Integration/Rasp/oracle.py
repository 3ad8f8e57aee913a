#!/usr/bin/env python3
"""Compares an example with a plain statement of its task.

    oracle.py sort.rasp --max-seq-len=7,20

The definitions below are ordinary Python on lists and know nothing of s-ops and
selectors. The program is interpreted and compiled, for each of the bounds on the
length, and run on every short input and on random ones of all lengths. Tasks that
are about inputs of a certain form get such inputs only.
"""

import argparse
import collections
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile

# Tasks: from the tokens to what stands at each position. -----------------------


def frequencies(tokens):
    return [tokens.count(token) for token in tokens]


def frequencies_after_begin(tokens):
    return [0 if token == "$" else tokens.count(token) for token in tokens]


def as_frequent(tokens):
    counts = collections.Counter(tokens)
    return [sum(1 for count in counts.values() if count == counts[t]) for t in tokens]


def most_frequent_first(tokens):
    different = sorted(set(tokens), key=lambda t: (-tokens.count(t), tokens.index(t)))
    return different + ["-"] * (len(tokens) - len(different))


def nested(pairs):
    closers = {pair[1]: pair[0] for pair in pairs}

    def states(tokens):
        stack, broken, result = [], False, []
        for token in tokens:
            if token not in closers:
                stack.append(token)
            elif not stack or stack.pop() != closers[token]:
                broken = True
            result.append("F" if broken else "T" if stack else "P")
        return result

    return states


def decimal_sum(tokens):
    left, right = "".join(tokens).split("+")
    return [int(digit) for digit in str(int(left) + int(right)).zfill(len(tokens))]


def inferred_sets(tokens):
    text = "".join(tokens)
    hints = [(x, y) for x in "ABC" for y in "ABC" if f"{x}>{y}" in text]
    known = {"A"}
    for _ in "ABC":
        known |= {y for x, y in hints if x in known}
    return ["".join(sorted(known))] * len(tokens)


TASKS = {
    "reverse": lambda tokens: tokens[::-1],
    "histogram": frequencies,
    "histogram_bos": frequencies_after_begin,
    "double_histogram": as_frequent,
    "sort": sorted,
    "stable_sort": lambda tokens: sorted(tokens, key=lambda token: token in "bB"),
    "sort_by_frequency": most_frequent_first,
    "dyck1": nested(["()"]),
    "dyck2": nested(["()", "[]"]),
    "dyck3": nested(["()", "[]", "{}"]),
    "addition": decimal_sum,
    "set_inference": inferred_sets,
}

# Inputs. -----------------------------------------------------------------------


def is_sum(tokens):
    return tokens.count("+") == 1 and tokens[0] != "+" and tokens[-1] != "+"


FORMS = {
    "histogram_bos": lambda tokens: tokens.index("$") == 0 if tokens.count("$") == 1 else False,
    "addition": is_sum,
}


def random_input(name, vocabulary, length, generator):
    """A random input of about this length; brackets that are mostly right, sums that are."""
    tokens = [generator.choice(vocabulary) for _ in range(length)]
    if name == "addition":
        tokens = [generator.choice("0123456789" if i % 3 else "9") for i in range(max(3, length))]
        tokens[generator.randrange(1, len(tokens) - 1)] = "+"
    elif name == "histogram_bos":
        tokens = ["$"] + [token for token in tokens if token != "$"][: length - 1]
    elif name.startswith("dyck"):
        closer = dict(zip(vocabulary[::2], vocabulary[1::2]))
        stack, wrong = [], generator.random() < 0.5
        for i in range(length):
            if stack and generator.random() < 0.5:
                tokens[i] = closer[stack.pop()]
            else:
                tokens[i] = generator.choice(list(closer))
                stack.append(tokens[i])
        if wrong:
            tokens[generator.randrange(length)] = generator.choice(vocabulary)
    return tokens


def inputs_for(name, vocabulary, max_seq_len, num_short, num_random, seed):
    inputs = []
    for length in range(1, max_seq_len + 1):
        if len(vocabulary) ** length + len(inputs) > num_short:
            break
        inputs += [list(tokens) for tokens in itertools.product(vocabulary, repeat=length)]
    generator = random.Random(seed)
    for i in range(num_random):
        length = max_seq_len if i % 2 else generator.randint(1, max_seq_len)
        inputs.append(random_input(name, vocabulary, length, generator))
    has_form = FORMS.get(name, lambda tokens: True)
    return [tokens for tokens in inputs if has_form(tokens)]


# Running. ----------------------------------------------------------------------


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        sys.exit(f"{' '.join(command)} fails:\n{result.stderr}")
    return result.stdout


def agrees(found, expected):
    """A number that was computed is near one that is right."""
    if isinstance(expected, int) and not isinstance(found, (bool, str)):
        return abs(found - expected) < 1e-3
    return type(found) is type(expected) and found == expected


def vocabulary_of(program):
    text = run("rasp-translate", "--import-rasp", program)
    start = text.index("vocab = [") + len("vocab = ")
    return json.JSONDecoder().raw_decode(text[start:])[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--max-seq-len", default="")
    parser.add_argument("--short", type=int, default=1200, help="how many short inputs at most")
    parser.add_argument("--random", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    name = os.path.splitext(os.path.basename(arguments.program))[0]
    vocabulary = vocabulary_of(arguments.program)
    failed = False
    for bound in arguments.max_seq_len.split(","):
        options = [f"--max-seq-len={bound}"] if bound else []
        text = run("rasp-translate", "--import-rasp", arguments.program, *options)
        max_seq_len = int(text.split("max_seq_len = ")[1].split(" ")[0])
        inputs = inputs_for(
            name, vocabulary, max_seq_len, arguments.short, arguments.random, arguments.seed
        )
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("".join(json.dumps(tokens) + "\n" for tokens in inputs))
            file.flush()
            for stage in "rasp", "linalg":
                output = run(
                    "rasp-run", f"--stage={stage}", "--format=json", arguments.program,
                    f"--inputs={file.name}", *options,
                )  # fmt: skip
                for line in output.splitlines():
                    result = json.loads(line)
                    expected = TASKS[name](result["input"])
                    if not all(map(agrees, result["output"], expected)) or len(expected) != len(
                        result["output"]
                    ):
                        failed = True
                        print(f"{name}, {stage}, up to {max_seq_len}: {result}, not {expected}")
        print(f"{name}: {len(inputs)} inputs of up to {max_seq_len}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
