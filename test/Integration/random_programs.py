#!/usr/bin/env python3
"""Makes random programs and compares each with what it compiles to.

    random_programs.py --count=60 --seed=1

Every program is well-typed text in the rasp dialect over a small vocabulary and
a short bound on the length. `rasp-run --check` runs it by the interpreter and at
every stage of the compiler, on all short inputs and some random ones. A refusal
is fine when its message is one of those listed below; they are counted. A
difference, a crash or another message fails, and prints the program.

    random_programs.py --print --seed=7      prints the program of a seed

Every other seed makes a program of wide numbers: tokens of up to a thousand
millions or of mixed scales, constants of up to ten thousand, and outputs that
are fractions in categories, or numbers beside none.
"""

import argparse
import collections
import os
import random
import re
import subprocess
import sys

# The refusals that the compiler documents, by what their messages say.
REFUSALS = {
    "several values without a mean": r"may select several different values",
    "none beside values": r"may select none beside other values",
    "a union under an aggregate": r"aggregates over a union of selectors",
    "too many parts of a selector": r"falls into too many disjoint parts",
    "too many values": r"too many to list",
    "too many combinations of values": r"function of too many combinations",
    "too many categories": r"too many possible values for a categorical output|"
    r"categories that f32 cannot read",
    "values too close for f32": r"closer than f32 tells apart|not known well enough|can be shown|"
    r"may be off by .* in f32",
    "an output beyond f32": r"f32 does not hold well enough|may be read as .* in f32",
    "scores too close for f32": r"scores that the logits of a head in f32 tell apart",
    "numbers beyond f32": r"which the arithmetic of a model in f32 does not hold",
    "too many hidden units": r"hidden units",
    "too many weights": r"dense weights have",
}

ELEMENT = {"i1": "i1", "i64": "i64", "f64": "f64", "str": "!rasp.str"}
COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"]


def sop(kind):
    return f"!rasp.sop<{ELEMENT[kind]}>"


class Value:
    """An s-op of the program, with a bound on how large its numbers are."""

    def __init__(self, name, kind, bound=1, values=None):
        self.name, self.kind, self.bound = name, kind, bound
        # What it can be, where that is written in the program; for tables.
        self.values = values


class Selector:
    """A selector, and whether it can be seen to select at most one position."""

    def __init__(self, name, single=False, same_value=None):
        self.name, self.single = name, single
        # An s-op that is equal at all positions that a row selects.
        self.same_value = same_value


class Generator:
    def __init__(self, seed, longest=6, wide=False):
        self.random = random.Random(seed)
        self.longest = longest
        self.wide = wide
        # The ops of the program, each with the lines of its region.
        self.ops = []
        self.values = []
        self.selectors = []
        self.count = collections.Counter()

    # -- Text ---------------------------------------------------------------

    def fresh(self, stem):
        self.count[stem] += 1
        return f"%{stem}_{self.count[stem]}"

    def emit(self, *lines):
        self.ops.append("\n".join("  " + line for line in lines))

    def literal(self, kind, value):
        if kind == "i1":
            return "true" if value else "false"
        if kind == "f64":
            # MLIR wants a point before an exponent.
            return re.sub(r"^(-?\d+)e", r"\1.0e", str(float(value)))
        return f'"{value}"' if kind == "str" else str(value)

    def ops_for(self, name):
        """The ops that it takes to compute a value."""
        needed, ops = {name}, []
        for op in reversed(self.ops):
            if op.split()[0] in needed:
                ops.append(op)
                needed.update(re.findall(r"%\w+", op))
        return ops[::-1]

    def pick(self, *kinds):
        found = [value for value in self.values if not kinds or value.kind in kinds]
        if not found:
            return None
        # Rather a late value than an early one, so that long chains come about.
        return max(self.random.choice(found), self.random.choice(found), key=found.index)

    # -- Ops ----------------------------------------------------------------

    def constant(self):
        kind = self.random.choice(["i1", "i64", "f64", "str"])
        value = {
            "i1": self.random.random() < 0.5,
            "i64": self.wide_constant(kind) if self.wide else self.random.randint(-2, 3),
            "f64": self.wide_constant(kind) if self.wide else self.random.choice([0.5, -1.25, 2.0]),
            "str": self.random.choice("abc"),
        }[kind]
        name = self.fresh("constant")
        self.emit(f"{name} = rasp.constant {self.literal(kind, value)}")
        self.values.append(Value(name, kind, 10000 if self.wide else 3, [value]))

    def wide_constant(self, kind):
        magnitude = 10 ** self.random.uniform(-2 if kind == "f64" else 0, 4)
        number = self.random.choice([1, -1]) * magnitude
        return round(number) if kind == "i64" else self.rounded(number)

    def rounded(self, number):
        """A number of few digits, as often no float as one."""
        return float(f"{number:.{self.random.choice([1, 2, 3])}g}")

    def wide_vocabulary(self, kind):
        size = self.random.randint(2, 4)
        signs = [self.random.choice([1, 1, 1, -1]) for _ in range(size)]
        # Of one scale, close together, or each of a scale of its own.
        form = self.random.randrange(3)
        if kind == "i64":
            scale = 10 ** self.random.uniform(3, 9)
            if form == 0:
                return [round(scale) + i for i in self.random.sample(range(6), size)]
            if form == 1:
                found = {sign * round(scale * self.random.random()) for sign in signs}
            else:
                found = {sign * round(10 ** self.random.uniform(0, 9)) for sign in signs}
        else:
            scale = 10 ** self.random.uniform(-4, 6)
            if form == 0:
                found = {self.rounded(scale) + i * scale / 64 for i in range(size)}
            elif form == 1:
                found = {self.rounded(sign * scale * self.random.random()) for sign in signs}
            else:
                found = {self.rounded(sign * 10 ** self.random.uniform(-5, 7)) for sign in signs}
        return sorted(found, key=lambda number: (self.random.random(), number))

    def map(self):
        num_inputs = self.random.choice([1, 1, 2, 2, 2, 3])
        inputs = [self.pick() for _ in range(num_inputs)]
        body = Body(self, inputs)
        result = body.compute()
        name = self.fresh("map")
        names = ", ".join(value.name for value in inputs)
        kinds = ", ".join(sop(value.kind) for value in inputs)
        arguments = ", ".join(f"%x{i}: {ELEMENT[v.kind]}" for i, v in enumerate(inputs))
        self.emit(
            f"{name} = rasp.map {names} : ({kinds}) -> {sop(result.kind)} {{",
            f"^bb0({arguments}):",
            *("  " + line for line in body.lines),
            f"  rasp.yield {result.name} : {ELEMENT[result.kind]}",
            "}",
        )
        self.values.append(Value(name, result.kind, result.bound))

    def lookup(self):
        tabled = [value for value in self.values if value.values]
        inputs = self.random.sample(tabled, min(len(tabled), self.random.choice([1, 1, 2])))
        kind = self.random.choice(["i1", "i64", "f64", "str"])
        results = {
            "i1": [True, False],
            "i64": [-1, 0, 1, 4],
            "f64": [0.5, -0.75, 3.0],
            "str": ["a", "b", "x"],
        }[kind]
        keys = [[]]
        for value in inputs:
            keys = [key + [(value.kind, v)] for key in keys for v in value.values]
        self.random.shuffle(keys)
        entries = [
            "({}) -> {}".format(
                ", ".join(self.literal(*part) for part in key),
                self.literal(kind, self.random.choice(results)),
            )
            for key in keys[: self.random.randint(1, min(4, len(keys)))]
        ]
        entries.append(f"_ -> {self.literal(kind, self.random.choice(results))}")
        name = self.fresh("lookup")
        names = ", ".join(value.name for value in inputs)
        kinds = ", ".join(sop(value.kind) for value in inputs)
        table = f"table<{', '.join(entries)}>"
        self.emit(f"{name} = rasp.lookup {names} {table} : ({kinds}) -> {sop(kind)}")
        self.values.append(Value(name, kind, 4, results))

    def select(self):
        keys = self.pick()
        partners = ["str"] if keys.kind == "str" else ["i1", "i64", "f64"]
        queries = self.pick(*partners)
        if self.random.random() < 0.3:
            keys, queries = queries, keys
        name = self.fresh("select")
        kinds = f"{sop(keys.kind)}, {sop(queries.kind)}"
        operands = f"keys({keys.name}) queries({queries.name})"
        form = self.random.random()
        if form < 0.15 and keys.kind == queries.kind == "i64":
            comparison = self.random.choice(["slt", "eq", "ne", "sge"])
            self.emit(
                f"{name} = rasp.select {operands} : {kinds} {{",
                "^bb0(%key: i64, %query: i64):",
                "  %distance = arith.subi %query, %key : i64",
                f"  %limit = arith.constant {self.random.randint(-1, 2)} : i64",
                f"  %near = arith.cmpi {comparison}, %distance, %limit : i64",
                "  rasp.yield %near : i1",
                "}",
            )
            self.selectors.append(Selector(name))
            return
        if form < 0.25 and keys.values and queries.values:
            pairs = [(k, q) for k in keys.values for q in queries.values]
            chosen = self.random.sample(pairs, self.random.randint(1, min(3, len(pairs))))
            entries = ", ".join(
                f"({self.literal(keys.kind, k)}, {self.literal(queries.kind, q)}) -> true"
                for k, q in chosen
            )
            table = f"table<{entries}, _ -> false>"
            self.emit(f"{name} = rasp.select {operands} {table} : {kinds}")
            self.selectors.append(Selector(name))
            return
        predicate = self.random.choice(COMPARISONS + ["eq", "eq", "true"])
        self.emit(f"{name} = rasp.select {predicate} {operands} : {kinds}")
        is_gather = predicate == "eq" and keys.name == "%indices"
        self.selectors.append(Selector(name, is_gather, keys if predicate == "eq" else None))

    def combine(self):
        if not self.selectors:
            return self.select()
        name = self.fresh("selector")
        op = self.random.choice(["and", "and", "or", "not"])
        lhs = self.random.choice(self.selectors)
        if op == "not":
            self.emit(f"{name} = rasp.not {lhs.name}")
            self.selectors.append(Selector(name))
            return None
        rhs = self.random.choice(self.selectors)
        self.emit(f"{name} = rasp.{op} {lhs.name}, {rhs.name}")
        single = op == "and" and (lhs.single or rhs.single)
        same_value = (lhs.same_value or rhs.same_value) if op == "and" else None
        self.selectors.append(Selector(name, single, same_value))
        return None

    def best(self):
        if not self.selectors:
            return self.select()
        name = self.fresh("best")
        selector = self.random.choice(self.selectors[-4:])
        scores = self.pick("i1", "i64", "f64")
        self.emit(f"{name} = rasp.best {selector.name}, {scores.name} : {sop(scores.kind)}")
        single = selector.single or scores.name == "%indices"
        self.selectors.append(Selector(name, single, scores))
        return None

    def width(self):
        if not self.selectors:
            return self.select()
        selector = self.random.choice(self.selectors[-4:])
        name = self.fresh("width")
        self.emit(f"{name} = rasp.selector_width {selector.name}")
        self.values.append(Value(name, "i64", self.longest, list(range(self.longest + 1))))
        return None

    def aggregate(self):
        if not self.selectors:
            return self.select()
        selector = self.random.choice(self.selectors[-4:])
        unique = ""
        if selector.single:
            value = self.pick()
        elif selector.same_value and self.random.random() < 0.3:
            value, unique = selector.same_value, " unique"
        else:
            # A mean; or, seldom, a gather that has to be refused.
            value = self.pick("i1", "i64", "f64") if self.random.random() < 0.97 else self.pick()
        gathers = selector.single or unique or value.kind == "str"
        kind = value.kind if gathers else "f64"
        default = ""
        # Without a default, what selects nothing is none.
        if self.random.random() < (0.3 if self.wide else 0.5):
            literal = {"i1": True, "i64": 2, "f64": self.random.choice([0.0, 0.5, -1.0]), "str": "z"}
            if self.wide:
                literal.update({kind: self.wide_constant(kind) for kind in ("i64", "f64")})
            default = f" default({self.literal(kind, literal[kind])})"
        name = self.fresh("aggregate")
        self.emit(
            f"{name} = rasp.aggregate {selector.name}, {value.name}{default}{unique} : "
            f"{sop(value.kind)} -> {sop(kind)}"
        )
        self.values.append(Value(name, kind, max(2, value.bound)))
        return None

    def program(self):
        kind = self.random.choice(
            ["i64", "f64"] if self.wide else ["i1", "i64", "i64", "f64", "str", "str"]
        )
        vocabulary = self.wide_vocabulary(kind) if self.wide else {
            "i1": [False, True],
            "i64": self.random.sample(range(-2, 6), self.random.randint(1, 4)),
            "f64": self.random.sample([0.5, -1.25, 2.0, 0.75], self.random.randint(1, 3)),
            "str": self.random.sample(["a", "b", "c", "x"], self.random.randint(1, 4)),
        }[kind]
        max_seq_len = self.random.randint(2, self.longest)
        self.values = [
            Value("%tokens", kind, max(map(abs, vocabulary)) if self.wide else 5, vocabulary),
            Value("%indices", "i64", max_seq_len, list(range(max_seq_len))),
        ]
        self.emit("%indices = rasp.indices")
        ops = [self.constant, self.map, self.map, self.map, self.lookup, self.select, self.select]
        ops += [self.combine, self.width, self.width, self.aggregate, self.aggregate, self.best]
        for _ in range(self.random.randint(5, 16)):
            self.random.choice(ops)()
        # The output is one of the values that most of the program leads to.
        output = max(self.values[-4:], key=lambda value: len(self.ops_for(value.name)))
        causal = ", causal" if self.random.random() < 0.3 else ""
        numerical = output.kind in ("i64", "f64", "i1") and self.random.random() < (
            0.5 if self.wide else 0.2
        )
        attributes = f"vocab = [{', '.join(self.literal(kind, v) for v in vocabulary)}]"
        attributes += f", max_seq_len = {max_seq_len}{causal}"
        if numerical or self.wide:
            attributes += f', output = "{"numerical" if numerical else "categorical"}"'
        return "\n".join(
            [
                f"rasp.program @random(%tokens: {sop(kind)}) -> {sop(output.kind)}",
                f"    attributes {{{attributes}}} {{",
                *self.ops_for(output.name),
                f"  rasp.return {output.name} : {sop(output.kind)}",
                "}",
                "",
            ]
        )


class Body:
    """The straight-line code of a map."""

    def __init__(self, generator, inputs):
        self.random = generator.random
        self.generator = generator
        # How large a product may become.
        self.greatest = 1e12 if generator.wide else 60
        self.lines = []
        self.num = 0
        self.scalars = [Value(f"%x{i}", v.kind, v.bound) for i, v in enumerate(inputs)]

    def op(self, text, kind, bound=1):
        name = f"%v{self.num}"
        self.num += 1
        self.lines.append(f"{name} = {text}")
        value = Value(name, kind, bound)
        self.scalars.append(value)
        return value

    def constant(self, kind):
        if kind == "str":
            return self.op(f'rasp.string "{self.random.choice("abx")}"', "str")
        if self.generator.wide:
            number = self.generator.wide_constant(kind)
            return self.op(f"arith.constant {number} : {ELEMENT[kind]}", kind, abs(number) + 1)
        if kind == "f64":
            number = self.random.choice([0.5, 1.0, -0.25, 2.0])
            return self.op(f"arith.constant {number} : f64", "f64", 2)
        return self.op(f"arith.constant {self.random.randint(-2, 3)} : i64", "i64", 3)

    def partner(self, value):
        found = [v for v in self.scalars if v.kind == value.kind and v is not value]
        if value.kind != "i1" and (not found or self.random.random() < 0.3):
            return self.constant(value.kind)
        return self.random.choice(found) if found else value

    def integer(self, x):
        y = self.partner(x)
        choice = self.random.randrange(11)
        if choice == 0 and x.bound * y.bound <= self.greatest:
            return self.op(f"arith.muli {x.name}, {y.name} : i64", "i64", x.bound * y.bound)
        if choice == 1:
            three = self.op(f"arith.constant {self.random.choice([2, 3])} : i64", "i64", 3)
            op = self.random.choice(["remsi", "divsi", "floordivsi", "ceildivsi"])
            return self.op(f"arith.{op} {x.name}, {three.name} : i64", "i64", x.bound)
        if choice in (2, 3):
            predicate = self.random.choice(["eq", "ne", "slt", "sle", "sgt", "sge"])
            return self.op(f"arith.cmpi {predicate}, {x.name}, {y.name} : i64", "i1")
        if choice == 4:
            return self.op(f"arith.sitofp {x.name} : i64 to f64", "f64", x.bound)
        if choice == 5:
            op = self.random.choice(["maxsi", "minsi"])
            return self.op(f"arith.{op} {x.name}, {y.name} : i64", "i64", max(x.bound, y.bound))
        if choice == 6:
            return self.op(f"math.absi {x.name} : i64", "i64", x.bound)
        op = self.random.choice(["addi", "subi"])
        return self.op(f"arith.{op} {x.name}, {y.name} : i64", "i64", x.bound + y.bound)

    def number(self, x):
        y = self.partner(x)
        choice = self.random.randrange(9)
        if choice == 0 and x.bound * y.bound <= self.greatest:
            return self.op(f"arith.mulf {x.name}, {y.name} : f64", "f64", x.bound * y.bound)
        if choice in (1, 2):
            predicate = self.random.choice(["oeq", "une", "olt", "ole", "ogt", "oge"])
            return self.op(f"arith.cmpf {predicate}, {x.name}, {y.name} : f64", "i1")
        if choice == 3:
            op = self.random.choice(["arith.negf", "math.absf", "math.floor", "math.ceil"])
            return self.op(f"{op} {x.name} : f64", "f64", x.bound + 1)
        if choice == 4:
            return self.op(f"arith.fptosi {x.name} : f64 to i64", "i64", x.bound)
        if choice == 5:
            # The folder of arith.divf rounds what the interpreter keeps exact.
            divisor = self.op(f"arith.constant {self.random.choice([2.0, -0.5, 4.0])} : f64", "f64")
            return self.op(f"arith.divf {x.name}, {divisor.name} : f64", "f64", 2 * x.bound)
        op = self.random.choice(["addf", "subf", "maximumf", "minimumf"])
        return self.op(f"arith.{op} {x.name}, {y.name} : f64", "f64", x.bound + y.bound)

    def boolean(self, x):
        y = self.partner(x)
        choice = self.random.randrange(5)
        if choice == 4:
            return self.op(f"arith.uitofp {x.name} : i1 to f64", "f64", 1)
        if choice == 0:
            return self.op(f"arith.extui {x.name} : i1 to i64", "i64", 1)
        if choice == 1:
            chosen = self.random.choice(self.scalars)
            other = self.partner(chosen)
            kind = ELEMENT[chosen.kind]
            return self.op(
                f"arith.select {x.name}, {chosen.name}, {other.name} : {kind}",
                chosen.kind,
                max(chosen.bound, other.bound),
            )
        op = self.random.choice(["andi", "ori", "xori"])
        return self.op(f"arith.{op} {x.name}, {y.name} : i1", "i1")

    def string(self, x):
        y = self.partner(x)
        choice = self.random.randrange(4)
        if choice == 0 and x.bound + y.bound <= 4:
            return self.op(f"rasp.concat_strings {x.name}, {y.name}", "str", x.bound + y.bound)
        if choice == 1:
            return self.op(f"rasp.string_length {x.name}", "i64", 4)
        predicate = self.random.choice(COMPARISONS)
        return self.op(f"rasp.compare_strings {predicate} {x.name}, {y.name}", "i1")

    def compute(self):
        steps = {"i64": self.integer, "f64": self.number, "i1": self.boolean, "str": self.string}
        inputs = list(self.scalars)
        for value in inputs:
            steps[value.kind](value)
        for _ in range(self.random.randint(0, 3)):
            value = self.random.choice(self.scalars[-2:])
            steps[value.kind](value)
        return self.scalars[-1]


def run(command, text):
    return subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=300, check=False
    )


def refusal(result):
    """The name of the documented refusal that a tool ended with, or None."""
    errors = [line for line in result.stderr.splitlines() if "error:" in line]
    if not 0 < result.returncode < 128 or not errors:
        return None
    return next((name for name, pattern in REFUSALS.items() if re.search(pattern, errors[0])), None)


def check(text, seed):
    """What became of a program, and whether that is a failure."""
    command = ["rasp-run", "--check", "-", "--all-up-to", "3", "--random", "20", "--seed", str(seed)]
    try:
        result = run(command, text)
        if result.returncode == 0:
            return "the same at every stage", False
        # On an input that the interpreter refuses, the compiler must not have
        # taken the program either.
        if "selects several different values" in result.stderr:
            result = run(["rasp-opt", "--lower-to-transformer", "-", "-o", os.devnull], text)
    except subprocess.TimeoutExpired:
        return "took more than 300 s", True
    if name := refusal(result):
        return f"refused, {name}", False
    # Without the frames of a crash.
    lines = [line for line in result.stderr.splitlines() if not re.match(r" *#\d+ 0x", line)]
    return "\n".join([f"exit code {result.returncode}", result.stdout[-2000:], *lines[:30]]), True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=int, default=6, help="the greatest max_seq_len")
    parser.add_argument("--numbers", choices=["small", "wide", "both"], default="both")
    parser.add_argument("--print", action="store_true")
    arguments = parser.parse_args()

    def make(seed):
        wide = arguments.numbers == "wide" or (arguments.numbers == "both" and seed % 2 == 0)
        return Generator(seed, arguments.longest, wide).program()

    if arguments.print:
        print(make(arguments.seed), end="")
        return 0

    outcomes = collections.Counter()
    failures = 0
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        text = make(seed)
        outcome, failed = check(text, seed)
        if failed:
            failures += 1
            print("\n".join("// " + line for line in f"seed {seed}: {outcome}".splitlines()))
            print(text)
        else:
            outcomes[outcome] += 1
    for outcome, number in sorted(outcomes.items()):
        print(f"{number} programs: {outcome}")
    print(f"{failures} of {arguments.count} programs failed")
    # Nothing is shown by programs that are all refused.
    return 1 if failures or 2 * outcomes["the same at every stage"] < arguments.count else 0


if __name__ == "__main__":
    sys.exit(main())
