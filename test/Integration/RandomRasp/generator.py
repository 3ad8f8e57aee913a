"""Random programs, expression by expression, of the kinds that operators expect.

Kinds of what is known while a program is read: "int", "float", "bool", "str", "ints"
and "strs" (lists), "dict" (from the strings of the vocabulary or small numbers to
atoms). Kinds of s-ops: "Int", "Float", "Bool", "Str", "Mixed"; and "Selector", "Single" for
one that selects one position at most.
"""

from fractions import Fraction
from functools import partial

from trees import (
    Aggregate,
    Assign,
    Binary,
    Call,
    Comprehension,
    Conditional,
    Define,
    DictOf,
    For,
    Index,
    ListOf,
    Literal,
    Name,
    OfLists,
    Prefix,
    Select,
)

ATOMS = ["int", "float", "bool", "str"]
SOPS = ["Int", "Float", "Bool", "Str", "Mixed"]
COMPARISONS = ["==", "<", "<=", ">", ">="]
NO_NAME = {name: [] for name in ATOMS + SOPS + ["ints", "strs", "dict", "Selector", "Single"]}


def call(name, *arguments):
    return Call(Name(name), *arguments)


class Scope:
    def __init__(self, generator):
        self.generator = generator

    def __enter__(self):
        self.names = {kind: list(names) for kind, names in self.generator.names.items()}
        return self

    def __exit__(self, *_):
        self.generator.names = self.names

    def add(self, *names):
        # What is near is used more than what is far.
        for name, kind in names:
            self.generator.names[kind] += [name] * 4


class Generator:
    def __init__(self, generator, vocab=("a", "b"), wild=0.0):
        self.random, self.vocab = generator, list(vocab)
        # How often an operand is of another kind than its operator expects.
        self.wild = wild
        self.names = {kind: list(names) for kind, names in NO_NAME.items()}
        # Functions, by what they return: a name and the kinds of their arguments.
        self.functions = {kind: [] for kind in NO_NAME}
        self.count = 0
        self.names["Selector"].append("full_s")
        self.names["Int"] += ["indices", "length"]
        if isinstance(self.vocab[0], str):
            self.names["Str"] += ["tokens", "tokens"]
        else:
            kind = {Fraction: "Float", bool: "Bool", int: "Int"}[type(self.vocab[0])]
            self.names[kind] += ["tokens"] * 2
            self.names["Str"].append("tokens_str")
            self.names["Bool"].append("tokens_bool")
            self.names["Float"].append("tokens_float")
        if all(str(token).isdigit() for token in self.vocab):
            self.names["Int"].append("tokens_int")

    def chance(self, probability):
        return self.random.random() < probability

    def pick(self, *choices):
        return self.random.choice(choices)

    def new_name(self):
        self.count += 1
        return self.pick("x", "value", "the_", "if_") + str(self.count)

    # Expressions. ---------------------------------------------------------------

    def make(self, kind, depth):
        """An expression of the kind with about `depth` levels of operators."""
        if self.chance(self.wild):
            kind = self.random.choice(ATOMS + ["ints", "strs", "dict"])
        if depth <= 0 or self.chance(0.12):
            return self.leaf(kind)
        if self.functions[kind] and self.chance(0.15):
            name, kinds = self.random.choice(self.functions[kind])
            return call(name, *(self.make(k, depth - 2) for k in kinds))
        if kind in ATOMS + SOPS and self.chance(0.12):
            return self.conditional(kind, depth - 1)
        return getattr(self, "make_" + kind)(depth - 1)

    def leaf(self, kind):
        if self.names[kind] and self.chance(0.6):
            return Name(self.random.choice(self.names[kind]))
        return getattr(self, "leaf_" + kind)()

    def leaf_int(self):
        return Literal(self.random.randrange(5))

    def leaf_float(self):
        return Literal(Fraction(self.random.randrange(9), self.pick(1, 2, 4)))

    def leaf_bool(self):
        return Literal(self.chance(0.5))

    def leaf_str(self):
        tokens = [token for token in self.vocab if isinstance(token, str)]
        return Literal(self.random.choice(tokens + ["", "b", "aé"]))

    def leaf_ints(self):
        return ListOf([self.leaf("int") for _ in range(self.random.randrange(1, 4))])

    def leaf_strs(self):
        return ListOf([self.leaf("str") for _ in range(self.random.randrange(1, 4))])

    def leaf_dict(self):
        return DictOf([(self.leaf(self.pick("int", "str")), self.leaf(self.pick("int", "str")))])

    def leaf_Int(self):
        return Name("indices")

    def leaf_Float(self):
        return Binary("/", Name("indices"), Literal(2))

    def leaf_Bool(self):
        return Binary("==", Name("indices"), Literal(self.random.randrange(3)))

    def leaf_Str(self):
        return Conditional(Literal("a"), Name("indices"), Literal("b"))

    def leaf_Mixed(self):
        return Conditional(self.leaf("Str"), self.leaf("Bool"), self.leaf("Int"))

    def leaf_Selector(self):
        return self.leaf_Single()

    def leaf_Single(self):
        return Select(Name("indices"), self.leaf("Int"), "==")

    def conditional(self, kind, depth):
        """Of an s-op if both branches are, or the condition is."""
        if kind in ATOMS:
            condition = self.make(self.random.choice(ATOMS + ["ints"]), depth)
            return Conditional(self.make(kind, depth), condition, self.make(kind, depth))
        condition = self.make(self.pick("Bool", "Bool", "Int", "Str"), depth)
        if kind == "Mixed":
            branches = [self.make(self.random.choice(SOPS), depth) for _ in range(2)]
            return Conditional(branches[0], condition, branches[1])
        return Conditional(self.operand(kind, depth), condition, self.operand(kind, depth))

    def operand(self, kind, depth):
        """An s-op or an atom that stands for one."""
        return self.make(kind.lower() if self.chance(0.25) else kind, depth)

    def operands(self, kind, depth):
        """Two of which one is an s-op."""
        both = [self.make(kind, depth), self.operand(kind, depth)]
        self.random.shuffle(both)
        return both

    def make_atom(self, depth):
        return self.make(self.random.choice(ATOMS), depth)

    def operators(self, depth):
        """Operators of all levels on numbers, for what a missing parenthesis does."""
        if depth <= 0:
            return Literal(self.pick(*range(1, 10), Fraction(5, 2), True, False))
        sub = partial(self.operators, depth - 1)
        some = partial(self.operators, self.random.randrange(depth))
        return self.pick(
            lambda: Binary(self.pick("+", "-", "*", "/", "%", "%"), sub(), some()),
            lambda: Binary(self.pick("+", "-", "*", "/", "%", "%"), some(), sub()),
            lambda: Binary("^", sub(), self.operators(0)),
            lambda: Binary(self.random.choice(COMPARISONS), sub(), some()),
            lambda: Binary(self.pick("and", "or"), sub(), some()),
            lambda: Binary(self.pick("and", "or"), some(), sub()),
            lambda: Prefix(self.pick("-", "+", "not"), sub()),
            lambda: Conditional(sub(), some(), some()),
            lambda: Conditional(some(), some(), sub()),
            lambda: Binary("in", sub(), ListOf([self.operators(1) for _ in range(4)])),
        )()

    def make_int(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Binary(self.pick("+", "-", "*", "%", "^"), sub("int"), sub("int")),
            lambda: Binary(self.pick("+", "-", "*", "%"), sub("int"), sub("int")),
            lambda: Binary(self.pick("and", "or"), sub("int"), sub("int")),
            lambda: Prefix(self.pick("-", "+"), sub(self.pick("int", "bool"))),
            lambda: Prefix("round", sub("float")),
            lambda: Prefix("indicator", sub(self.random.choice(ATOMS))),
            lambda: OfLists("len", sub(self.pick("ints", "strs", "str", "dict"))),
            lambda: Index(sub("ints"), self.pick(Literal(0), Prefix("-", Literal(1)), sub("int"))),
            lambda: call(self.pick("min", "max"), sub("int"), sub("int")),
        )()

    def make_float(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Binary(self.pick("+", "-", "*", "%"), sub("float"), sub("float")),
            lambda: Binary(self.pick("+", "-", "*"), sub("float"), sub("int")),
            lambda: Binary("/", sub(self.pick("int", "float")), sub(self.pick("int", "float"))),
            lambda: Binary("^", sub("float"), Literal(self.random.randrange(3))),
            lambda: Binary("^", sub("int"), Prefix("-", sub("int"))),
            lambda: Prefix("-", sub("float")),
        )()

    def make_bool(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Binary(self.random.choice(COMPARISONS), sub("int"), sub("float")),
            lambda: Binary(self.random.choice(COMPARISONS), sub("str"), sub("str")),
            lambda: Binary("==", sub(self.random.choice(ATOMS)), sub(self.random.choice(ATOMS))),
            lambda: Binary("==", sub(self.pick("ints", "dict")), sub(self.pick("ints", "strs"))),
            lambda: Binary(self.pick("and", "or"), sub("bool"), sub("bool")),
            lambda: Prefix("not", sub(self.random.choice(ATOMS + ["ints", "dict"]))),
            lambda: Binary(
                "in", sub(self.random.choice(ATOMS)), sub(self.pick("ints", "strs", "dict"))
            ),
        )()

    def make_str(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Binary("+", sub("str"), sub("str")),
            lambda: Binary("*", sub("str"), sub(self.pick("int", "bool"))),
            lambda: Binary("*", sub("int"), sub("str")),
            lambda: Index(sub("strs"), self.pick(Literal(0), sub("int"))),
            lambda: Index(sub("str"), self.pick(Literal(0), Prefix("-", Literal(1)))),
            lambda: Binary(self.pick("and", "or"), sub("str"), sub("str")),
        )()

    def make_list(self, kind, depth):
        lists = kind + "s"
        inner = self.new_name()

        def comprehension():
            over = self.pick("int", "str")
            iterable = self.make(over + "s", depth)
            with self.scope() as scope:
                scope.add((inner, over))
                element = self.make(kind, depth)
            return Comprehension([inner], iterable, element)

        def of_pairs():
            other = self.new_name()
            iterable = OfLists("zip", self.make(lists, depth), self.make("strs", depth))
            return Comprehension([inner, other], iterable, Name(inner))

        return self.pick(
            lambda: ListOf([self.make(kind, depth) for _ in range(self.random.randrange(4))]),
            lambda: Binary("+", self.make(lists, depth), self.make(lists, depth)),
            lambda: Binary("*", self.make(lists, depth), Literal(self.random.randrange(3))),
            comprehension,
            of_pairs,
        )()

    def make_ints(self, depth):
        if self.chance(0.3):
            arguments = [self.make("int", depth) for _ in range(self.random.randrange(1, 4))]
            return OfLists("range", *arguments)
        return self.make_list("int", depth)

    def make_strs(self, depth):
        return self.make_list("str", depth)

    def make_dict(self, depth):
        if self.chance(0.3):
            name = self.new_name()
            iterable = self.make(self.pick("ints", "strs", "dict"), depth)
            return Comprehension([name], iterable, self.make("int", depth), Name(name))
        return DictOf(
            [
                (self.make_atom(depth), self.make_atom(depth))
                for _ in range(self.random.randrange(4))
            ]
        )

    # S-ops. ----------------------------------------------------------------------

    def numbers(self):
        return self.pick("Int", "Int", "Float", "Bool")

    def make_any(self, kind, depth):
        """What moves or chooses values, of whatever kind they are."""
        sub = partial(self.make, depth=depth)
        moved = [
            lambda: Aggregate(sub("Single"), sub(kind), self.operand_atom(kind)),
            lambda: call("shift", sub(kind), self.shift(), self.operand_atom(kind)),
            lambda: call("sort", sub(kind), sub(self.pick("Int", "Str", "Float"))),
            lambda: Index(sub(kind), self.pick(Literal(0), Prefix("-", Literal(1)))),
        ]
        if kind in ("Int", "Mixed"):
            moved += [
                lambda: call("load_from_location", sub(kind), sub("Int")),
                lambda: Aggregate(sub("Single"), sub(kind)),
                lambda: Index(sub(kind), Literal(self.random.randrange(4))),
            ]
        return self.random.choice(moved)()

    def operand_atom(self, kind):
        return self.make("int" if kind == "Mixed" else kind.lower(), 1)

    def shift(self):
        amount = Literal(self.random.randrange(3))
        return self.pick(amount, Prefix("-", amount))

    def make_table(self, kind, depth):
        """A list or a dict with an s-op as its index."""
        element = partial(self.make, kind, 1)
        if self.chance(0.4):
            size = self.random.randrange(1, 5)
            index = Binary("%", self.make("Int", depth), Literal(size))
            return Index(ListOf([element() for _ in range(size)]), index)
        if self.chance(0.5):
            key = Prefix("indicator", self.make("Bool", depth))
            return Index(DictOf([(Literal(0), element()), (Literal(True), element())]), key)
        items = [(Literal(token), element()) for token in self.vocab]
        self.random.shuffle(items)
        return Index(DictOf(items), Name("tokens"))

    def make_Int(self, depth):
        sub = partial(self.make, depth=depth)
        numeric = partial(self.operands, "Int", depth)
        return self.pick(
            lambda: Binary(self.pick("+", "-"), *numeric()),
            lambda: Binary("*", sub("Int"), Literal(self.random.randrange(4))),
            lambda: Binary("%", sub("Int"), Literal(self.random.randrange(1, 5))),
            lambda: Binary(self.pick("*", "%", "^"), *numeric()),
            lambda: Binary("^", sub("Int"), Literal(self.random.randrange(3))),
            lambda: Prefix(self.pick("-", "+", "indicator"), sub(self.pick("Int", "Bool"))),
            lambda: Prefix("round", sub("Float")),
            lambda: call("selector_width", sub("Selector")),
            lambda: call("selector_width", sub("Selector")),
            lambda: call("count", sub("Str"), self.make("str", 0)),
            lambda: call(self.pick("min", "max"), *numeric()),
            lambda: self.make_any("Int", depth),
            lambda: self.make_table("int", depth),
        )()

    def make_Float(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Aggregate(sub("Selector"), sub(self.numbers())),
            lambda: Aggregate(sub("Selector"), sub(self.numbers()), self.make("float", 1)),
            lambda: call("average", sub(self.numbers())),
            lambda: Binary("/", sub(self.numbers()), Literal(self.random.randrange(1, 4))),
            lambda: Binary("/", sub("Int"), sub("Int")),
            lambda: Binary(self.pick("+", "-"), *self.operands("Float", depth)),
            lambda: Binary("*", sub("Float"), self.make(self.pick("int", "float"), 1)),
            lambda: Binary("%", sub("Float"), Literal(self.random.randrange(1, 3))),
            lambda: self.make_any("Float", depth),
            lambda: self.make_table("float", depth),
        )()

    def make_Bool(self, depth):
        sub = partial(self.make, depth=depth)
        compare = partial(self.random.choice, COMPARISONS)
        return self.pick(
            lambda: Binary(compare(), *self.operands(self.pick("Int", "Float"), depth)),
            lambda: Binary(compare(), *self.operands("Str", depth)),
            lambda: Binary("==", sub(self.random.choice(SOPS)), sub(self.random.choice(SOPS))),
            lambda: Binary(self.pick("and", "or"), *self.operands("Bool", depth)),
            lambda: Binary(self.pick("and", "or"), sub("Bool"), sub(self.random.choice(SOPS))),
            lambda: Prefix("not", sub(self.random.choice(SOPS))),
            lambda: Binary("in", sub(self.pick("Int", "Str", "Mixed")), self.make("ints", 1)),
            lambda: Binary("in", sub(self.pick("Str", "Mixed")), self.make("strs", 1)),
            lambda: Binary("in", self.make("str", 1), sub(self.pick("Str", "Mixed"))),
            lambda: call("has_focus", sub("Selector")),
            lambda: call("contains", sub("Str"), self.make("str", 0)),
            lambda: self.mark(depth),
            lambda: self.make_any("Bool", depth),
            lambda: self.make_table("bool", depth),
        )()

    def mark(self, depth):
        kind = self.pick("Bool", "Str", "Str")
        name = self.pick("mark_first_instance", "mark_last_instance")
        return call(name, self.make(kind, depth), self.operand(kind, depth))

    def make_Str(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Binary("+", *self.operands("Str", depth)),
            lambda: Binary("*", sub("Str"), Literal(self.random.randrange(3))),
            lambda: Index(Literal("xyz"), Binary("%", sub("Int"), Literal(3))),
            lambda: call(self.pick("min", "max"), *self.operands("Str", depth)),
            lambda: self.make_any("Str", depth),
            lambda: self.make_any("Str", depth),
            lambda: self.make_table("str", depth),
        )()

    def make_Mixed(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Aggregate(sub("Selector"), sub(self.numbers()), self.make("str", 1)),
            lambda: Aggregate(sub("Single"), sub("Str"), self.make("int", 1)),
            lambda: call("load_from_location", sub("Str"), sub("Int")),
            lambda: self.same_value(depth),
            lambda: self.make_any("Mixed", depth),
            lambda: self.conditional("Mixed", depth),
        )()

    def same_value(self, depth):
        """Rows that select equal values."""
        values = self.make(self.pick("Str", "Str", "Mixed"), depth)
        same = Select(values, values, "==")
        if self.chance(0.5):
            same = Binary("and", same, self.make("Selector", depth))
        return Aggregate(same, values)

    def make_Selector(self, depth):
        sub = partial(self.make, depth=depth)
        anywhere = partial(self.random.choice, [*COMPARISONS, "!="])
        return self.pick(
            lambda: Select(*self.operands("Int", depth), anywhere()),
            lambda: Select(*self.operands("Str", depth), anywhere()),
            lambda: Select(*self.operands("Bool", depth), self.pick("==", "!=")),
            lambda: Select(sub("Mixed"), sub(self.random.choice(SOPS)), self.pick("==", "!=")),
            lambda: Binary(self.pick("and", "or"), sub("Selector"), sub("Selector")),
            lambda: Binary(self.pick("and", "or"), sub("Selector"), sub("Selector")),
            lambda: Prefix("not", sub("Selector")),
            lambda: call("best", sub("Selector"), sub("Int")),
            lambda: sub("Single"),
        )()

    def make_Single(self, depth):
        sub = partial(self.make, depth=depth)
        return self.pick(
            lambda: Select(Name("indices"), sub("Int"), "=="),
            lambda: Binary("and", sub("Single"), sub("Selector")),
            lambda: call(
                self.pick("select_from_first", "select_from_last"),
                *[self.make("Str", depth), self.operand("Str", depth)],
            ),
            lambda: call("select_next_identical", sub(self.pick("Int", "Str"))),
            lambda: call("best", sub("Selector"), Name("indices")),
        )()

    # Statements. -----------------------------------------------------------------

    def statement(self, depth):
        """Statements, and the names with their kinds that they set."""
        return self.pick(
            *[lambda: self.assignment(self.pick(*SOPS, "Selector", "Single"), depth)] * 6,
            lambda: self.assignment(self.random.choice(ATOMS + ["ints", "strs"]), 2),
            lambda: self.pair(depth),
            lambda: self.function(depth),
            lambda: self.closure(depth),
            lambda: self.recursion(depth),
            lambda: self.loop(depth),
            lambda: self.table_of_sops(depth),
        )()

    def gap(self, depth):
        """An operation that may be undefined on some of its values, and decides the rest."""
        sub = partial(self.make, depth=depth)
        name = self.new_name()
        items = [(Literal(token), self.make("int", 1)) for token in self.vocab[1:]]
        value = self.pick(
            lambda: Index(DictOf(items), Name("tokens")),
            lambda: Index(ListOf([self.make("str", 1), self.make("str", 1)]), sub("Int")),
            lambda: Index(DictOf([(self.make("str", 1), Literal(1))]), sub("Mixed")),
            lambda: Index(Literal("abc"), sub("Int")),
            lambda: Binary("/", self.make("int", 1), sub("Int")),
            lambda: Binary("/", self.make("float", 1), sub("Float")),
        )()
        return [Assign([name], [value])], [(name, "Mixed")]

    def assignment(self, kind, depth):
        name = self.new_name()
        return [Assign([name], [self.make(kind, depth)])], [(name, kind)]

    def pair(self, depth):
        """Several values at once; as often as not they exchange variables."""
        kinds = [self.random.choice(SOPS), self.random.choice(SOPS)]
        names = [self.new_name(), self.new_name()]
        statements = [Assign(names, [self.make(kind, depth) for kind in kinds])]
        if self.chance(0.5):
            statements.append(Assign(names, [Name(name) for name in reversed(names)]))
            kinds.reverse()
        return statements, list(zip(names, kinds))

    def scope(self):
        """Names that are made up in a `with` of this are known in it only."""
        return Scope(self)

    def parameters(self):
        kinds = [self.pick("Int", "Str", "int", "Selector") for _ in range(self.pick(1, 2))]
        return [self.new_name() for _ in kinds], kinds

    def function(self, depth):
        """A function with a variable of its own, that may use what is around it."""
        name, use, local = self.new_name(), self.new_name(), self.new_name()
        parameters, kinds = self.parameters()
        result, local_kind = self.random.choice(SOPS), self.random.choice(SOPS)
        if self.names[local_kind] and self.chance(0.3):
            # It hides one of the program, or is that of the program in its own value.
            local = self.random.choice(self.names[local_kind])
        if local in ("indices", "length") or local.startswith("tokens"):
            local = self.new_name()
        with self.scope() as scope:
            scope.add(*zip(parameters, kinds))
            body = [Assign([local], [self.make(local_kind, depth - 1)])]
            scope.add((local, local_kind))
            value = self.make(result, depth - 1)
        arguments = [self.make(kind, 1) for kind in kinds]
        if self.chance(0.3):
            # A result that is taken apart.
            other = self.new_name()
            define = Define(name, parameters, body, [value, Name(local)])
            return [define, Assign([use, other], [call(name, *arguments)])], [
                (use, result),
                (other, local_kind),
            ]
        define = Define(name, parameters, body, [value])
        return [define, Assign([use], [call(name, *arguments)])], [
            (use, result),
            (name, (result, kinds)),
        ]

    def closure(self, depth):
        """A function that a function returns, and that knows what that was called with."""
        name, inner, use = self.new_name(), self.new_name(), self.new_name()
        parameters, kinds = self.parameters()
        inner_parameters, inner_kinds = self.parameters()
        result = self.random.choice(SOPS)
        with self.scope() as scope:
            scope.add(*zip(parameters + inner_parameters, kinds + inner_kinds))
            value = self.make(result, depth)
        returned = Define(inner, inner_parameters, [], [value])
        define = Define(name, parameters, [returned], [Name(inner)])
        made = call(name, *(self.make(kind, 1) for kind in kinds))
        called = Call(made, *(self.make(kind, 1) for kind in inner_kinds))
        return [define, Assign([use], [called])], [(use, result)]

    def recursion(self, depth):
        """A function that calls itself a few times."""
        name, use, left = self.new_name(), self.new_name(), self.new_name()
        kind = self.pick("Int", "Bool", "Str", "Selector")
        again = call(name, Binary("-", Name(left), Literal(1)))
        with self.scope() as scope:
            scope.add((left, "int"))
            first = self.make(kind, 1)
            other = self.make(kind, depth - 1)
        op = {"Int": self.pick("+", "-"), "Str": "+"}.get(kind, self.pick("and", "or"))
        operands = [again, other] if self.chance(0.5) else [other, again]
        body = Conditional(first, Binary("==", Name(left), Literal(0)), Binary(op, *operands))
        times = Literal(self.random.randrange(4))
        return [Define(name, [left], [], [body]), Assign([use], [call(name, times)])], [(use, kind)]

    def loop(self, depth):
        """A variable that a loop changes."""
        total, element = self.new_name(), self.new_name()
        kind, over = self.pick("Int", "Bool", "Str"), self.pick("int", "str")
        first = Assign([total], [self.make(kind, 1)])
        iterable = self.leaf(over + "s")
        op = {"Int": self.pick("+", "-"), "Bool": self.pick("and", "or"), "Str": "+"}[kind]
        with self.scope() as scope:
            scope.add((element, over), (total, kind))
            body = Assign([total], [Binary(op, Name(total), self.make(kind, min(depth, 2)))])
        return [first, For([element], iterable, [body])], [(total, kind)]

    def table_of_sops(self, depth):
        """S-ops in a list or a dict, of which one is chosen while the program is read."""
        name, use, element = self.new_name(), self.new_name(), self.new_name()
        kind = self.random.choice(SOPS)
        if self.chance(0.5):
            with self.scope() as scope:
                scope.add((element, "int"))
                value = self.make(kind, depth - 1)
            made = Comprehension([element], OfLists("range", Literal(2)), value)
        else:
            made = DictOf([(Literal(i), self.make(kind, depth - 1)) for i in range(2)])
        index = Index(Name(name), Literal(self.random.randrange(2)))
        return [Assign([name], [made]), Assign([use], [index])], [(use, kind)]

    def know(self, names):
        """From now on, expressions may use these."""
        for name, kind in names:
            if isinstance(kind, tuple):
                self.functions[kind[0]].append((name, kind[1]))
            else:
                # What was made last is used more than the first.
                self.names[kind] += [name] * 2
