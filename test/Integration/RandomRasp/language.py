"""The language of .rasp files in plain Python: trees, their text, their meaning.

It knows nothing of the compiler. Atoms are what they are in Python, a float is a
Fraction; lists and dicts too. An s-op is a function from the tokens of an input to
a list of values, a selector one to a list of rows.
"""

from fractions import Fraction


class Undefined(Exception):
    """The language gives this no value."""


class Unsuitable(Exception):
    """It has a value, but one that is too large to be compared here."""


# Values. -----------------------------------------------------------------------


class Input(tuple):
    """The tokens of an input, of which causal attention sees none after a position."""

    is_causal = False

    @classmethod
    def of(cls, tokens, is_causal):
        made = cls(tokens)
        made.is_causal = is_causal
        return made


def num_seen(tokens, position):
    return position + 1 if getattr(tokens, "is_causal", False) else len(tokens)


class OfInput:
    def __init__(self, compute):
        self.compute, self.known = compute, {}

    def on(self, tokens):
        # 1 and True are equal, but other tokens.
        key = getattr(tokens, "is_causal", False), *((type(token), token) for token in tokens)
        if key not in self.known:
            try:
                self.known[key] = self.compute(tokens)
            except (Undefined, Unsuitable) as error:
                self.known[key] = error
        if isinstance(self.known[key], Exception):
            raise self.known[key]
        return self.known[key]


class SOp(OfInput):
    pass


class Selector(OfInput):
    def on(self, tokens):
        rows = super().on(tokens)
        return [
            [selected and j < num_seen(tokens, i) for j, selected in enumerate(row)]
            for i, row in enumerate(rows)
        ]


class Function:
    def __init__(self, parameters, body, results, closure):
        self.parameters, self.body, self.results = parameters, body, results
        self.closure = closure


class Environment:
    def __init__(self, parent=None):
        self.parent, self.variables = parent, {}

    def get(self, name):
        here = self
        while name not in here.variables:
            here = here.parent
        return here.variables[name]

    def set(self, name, value):
        self.variables[name] = value

    def set_all(self, names, value):
        if len(names) == 1:
            self.set(names[0], value)
            return
        require(isinstance(value, (list, dict, str)) and len(value) == len(names))
        for name, part in zip(names, value):
            self.set(name, part)


def require(condition):
    if not condition:
        raise Undefined


def is_number(value):
    return isinstance(value, (int, Fraction))


def is_atom(value):
    return is_number(value) or isinstance(value, str)


def as_sop(value):
    require(is_atom(value) or isinstance(value, SOp))
    return value if isinstance(value, SOp) else SOp(lambda tokens: [value] * len(tokens))


def elementwise(function, *operands):
    sops = [as_sop(operand) for operand in operands]
    return SOp(lambda tokens: [function(*row) for row in zip(*(s.on(tokens) for s in sops))])


def in_bounds(value):
    if isinstance(value, int):
        require(-(2**63) <= value < 2**63)
    elif isinstance(value, Fraction):
        if max(abs(value.numerator), value.denominator) > 2**40:
            raise Unsuitable
    elif len(value) > 500:
        raise Unsuitable
    return value


# Operators on atoms and lists. -------------------------------------------------


def add(x, y):
    both = [x, y]
    require(
        all(map(is_number, both))
        or any(all(isinstance(v, kind) for v in both) for kind in (str, list))
    )
    return in_bounds(x + y)


def multiply(x, y):
    if isinstance(y, (str, list)):
        x, y = y, x
    if isinstance(x, (str, list)):
        require(isinstance(y, int))
        if y > 100:
            raise Unsuitable
        return in_bounds(x * y)
    require(is_number(x) and is_number(y))
    return in_bounds(x * y)


def of_numbers(function):
    def checked(x, y):
        require(is_number(x) and is_number(y))
        return in_bounds(function(x, y))

    return checked


def divide(x, y):
    require(y != 0)
    return Fraction(x) / Fraction(y)


def modulo(x, y):
    require(y != 0)
    return x % y


def power(x, y):
    require(y >= 0 or x != 0)
    if Fraction(y).denominator != 1 or abs(y) > 40 or abs(x) > 10**6:
        raise Unsuitable
    if isinstance(x, int) and isinstance(y, int) and y >= 0:
        return x**y
    return Fraction(Fraction(x) ** int(y))


def comparison(function):
    def compare(x, y):
        require((is_number(x) and is_number(y)) or (isinstance(x, str) and isinstance(y, str)))
        return function(x, y)

    return compare


COMPARISONS = {
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
    "<": comparison(lambda x, y: x < y),
    "<=": comparison(lambda x, y: x <= y),
    ">": comparison(lambda x, y: x > y),
    ">=": comparison(lambda x, y: x >= y),
}
OPERATORS = {
    **{op: function for op, function in COMPARISONS.items() if op != "!="},
    "+": add,
    "-": of_numbers(lambda x, y: x - y),
    "*": multiply,
    "/": of_numbers(divide),
    "%": of_numbers(modulo),
    "^": of_numbers(power),
    "and": lambda x, y: y if x else x,
    "or": lambda x, y: x if x else y,
}


def negate(x):
    require(is_number(x))
    return in_bounds(-x)


def plus(x):
    require(is_number(x))
    return +x


def round_to_even(x):
    require(is_number(x))
    return round(x)


def indicator(x):
    require(is_atom(x))
    return int(bool(x))


PREFIXES = {
    "-": negate,
    "+": plus,
    "not": lambda x: not x,
    "round": round_to_even,
    "indicator": indicator,
}


def element_of(container, index):
    require(is_atom(index) and isinstance(container, (list, dict, str)))
    if isinstance(container, dict):
        require(index in container)
        return container[index]
    require(is_number(index) and Fraction(index).denominator == 1)
    require(-len(container) <= index < len(container))
    return container[int(index)]


# Selectors and aggregates. -----------------------------------------------------


def select(keys, queries, function):
    keys, queries = as_sop(keys), as_sop(queries)
    return Selector(
        lambda tokens: [[function(k, q) for k in keys.on(tokens)] for q in queries.on(tokens)]
    )


def combine(function, *selectors):
    return Selector(
        lambda tokens: [
            [function(*cells) for cells in zip(*rows)]
            for rows in zip(*(s.on(tokens) for s in selectors))
        ]
    )


def mean_or_equal(values, default):
    if not values:
        return default
    if all(value == values[0] for value in values):
        return values[0]
    require(all(map(is_number, values)))
    return in_bounds(Fraction(sum(values)) / len(values))


def aggregate(selector, values, default=0):
    require(isinstance(selector, Selector) and is_atom(default))
    sop = as_sop(values)

    def compute(tokens):
        values = sop.on(tokens)
        return [
            mean_or_equal([v for v, is_selected in zip(values, row) if is_selected], default)
            for row in selector.on(tokens)
        ]

    return SOp(compute)


def at(sop, where, default=0):
    """The value of the s-op at the position `where(n, i)`, for i that sees n positions."""

    def compute(tokens):
        values = sop.on(tokens)
        taken = []
        for i in range(len(tokens)):
            seen = num_seen(tokens, i)
            place = where(seen, i)
            taken.append(values[place] if 0 <= place < seen else default)
        return taken

    return SOp(compute)


def count(sequence, atom):
    def compute(tokens):
        values = as_sop(sequence).on(tokens)
        return [values[: num_seen(tokens, i)].count(atom) for i in range(len(values))]

    return SOp(compute)


def contains(sequence, atom):
    return elementwise(lambda n: n > 0, count(sequence, atom))


def best(selector, score):
    def compute(tokens):
        scores = as_sop(score).on(tokens)
        require(all(map(is_number, scores)))
        rows = []
        for row in selector.on(tokens):
            greatest = max((s for s, chosen in zip(scores, row) if chosen), default=None)
            rows.append([chosen and s == greatest for s, chosen in zip(scores, row)])
        return rows

    return Selector(compute)


# The library, each by what it is for. ------------------------------------------


def positions_of(sequence, value, index):
    """Selects the first (0) or last (-1) position of what `value` is in a row."""

    def compute(tokens):
        values, wanted = as_sop(sequence).on(tokens), as_sop(value).on(tokens)
        rows = []
        for query in wanted:
            places = [i for i, v in enumerate(values) if v == query] or [None]
            rows.append([i == places[index] for i in range(len(values))])
        return rows

    return Selector(compute)


def marks(sequence, value, index):
    def compute(tokens):
        values, wanted = as_sop(sequence).on(tokens), as_sop(value).on(tokens)
        others = [range(i) if index == 0 else range(i + 1, len(values)) for i in range(len(values))]
        return [
            v == w and all(values[j] != w for j in other)
            for v, w, other in zip(values, wanted, others)
        ]

    return SOp(compute)


def next_identical(sequence):
    def compute(tokens):
        values = as_sop(sequence).on(tokens)
        rows = []
        for i, value in enumerate(values):
            after = [j for j in range(i + 1, len(values)) if values[j] == value][:1]
            rows.append([j in after for j in range(len(values))])
        return rows

    return Selector(compute)


def sort(sequence, key):
    def compute(tokens):
        values, keys = as_sop(sequence).on(tokens), as_sop(key).on(tokens)
        try:
            order = sorted(range(len(values)), key=lambda i: keys[i])
        except TypeError:
            raise Undefined from None
        return [values[i] for i in order]

    return SOp(compute)


def load_from_location(sequence, place):
    def compute(tokens):
        values = as_sop(sequence).on(tokens)
        by_place = dict(enumerate(values))
        return [by_place.get(p, 0) for p in as_sop(place).on(tokens)]

    return SOp(compute)


def choose(function):
    def choice(x, y):
        if isinstance(x, SOp) or isinstance(y, SOp):
            return elementwise(lambda a, b: a if function(a, b) else b, x, y)
        return x if function(x, y) else y

    return choice


INDICES = SOp(lambda tokens: list(range(len(tokens))))
TOKENS = SOp(list)
FULL = Selector(lambda tokens: [[True] * len(tokens)] * len(tokens))


def width(selector):
    return SOp(lambda tokens: [sum(row) for row in selector.on(tokens)])


def text_of(token):
    if isinstance(token, Fraction):
        return str(float(token))
    return str(token)


def integer_of(token):
    try:
        return int(token)
    except ValueError:
        raise Undefined from None


def float_of(token):
    try:
        return Fraction(token)
    except ValueError:
        raise Undefined from None


def library(is_causal=False):
    names = Environment()
    for name, value in {
        "True": True,
        "False": False,
        "tokens": TOKENS,
        "tokens_str": elementwise(text_of, TOKENS),
        "tokens_int": elementwise(integer_of, TOKENS),
        "tokens_float": elementwise(float_of, TOKENS),
        "tokens_bool": elementwise(bool, TOKENS),
        "indices": INDICES,
        "full_s": FULL,
        "length": SOp(lambda tokens: [num_seen(tokens, i) for i in range(len(tokens))]),
        "selector_width": width,
        "best": best,
        "has_focus": lambda s: SOp(lambda tokens: [any(row) for row in s.on(tokens)]),
        "count": count,
        "contains": contains,
        "max": choose(COMPARISONS[">"]),
        "min": choose(COMPARISONS["<"]),
        "average": lambda x: aggregate(FULL, x),
        "load_from_location": load_from_location,
        "shift": lambda x, n, filler: at(as_sop(x), lambda size, i: i - n, filler),
        "mark_last_instance": lambda x, v: marks(x, v, -1),
        "mark_first_instance": lambda x, v: marks(x, v, 0),
        "select_from_last": lambda x, v: positions_of(x, v, -1),
        "select_from_first": lambda x, v: positions_of(x, v, 0),
        "sort": sort,
        "select_next_identical": next_identical,
    }.items():
        names.set(name, value)
    if is_causal:
        for name, value in causal_library().items():
            names.set(name, value)
    return names


def causal_library():
    """What is for something else where no position sees the ones after it: by what the
    library makes it of."""
    equal, less, greater = (COMPARISONS[name] for name in ("==", "<", ">"))

    def both(*selectors):
        return combine(all_of, *selectors)

    def all_of(*cells):
        return all(cells)

    def any_of(*cells):
        return any(cells)

    def has_none(selector):
        return elementwise(lambda n: n == 0, width(selector))

    def among_same(sequence, order):
        return both(select(sequence, sequence, equal), select(INDICES, INDICES, order))

    def position_of(order):
        def made(sequence, value):
            is_it = has_none(among_same(sequence, order))
            return both(select(sequence, value, equal), select(is_it, True, equal))

        return made

    def mark(order):
        def made(sequence, value):
            others = both(select(sequence, value, equal), select(INDICES, INDICES, order))
            return elementwise(lambda v, w, no: v == w and no, sequence, value, has_none(others))

        return made

    def sort(sequence, key):
        smaller = combine(any_of, select(key, key, less), among_same(key, less))
        return aggregate(select(width(smaller), INDICES, equal), sequence)

    def next_identical(sequence):
        before = width(among_same(sequence, less))
        following = elementwise(lambda n: n + 1, before)
        return both(select(sequence, sequence, equal), select(before, following, equal))

    def load_from_location(sequence, place):
        return aggregate(select(INDICES, place, equal), sequence)

    return {
        "load_from_location": load_from_location,
        "mark_last_instance": mark(greater),
        "mark_first_instance": mark(less),
        "select_from_last": position_of(greater),
        "select_from_first": position_of(less),
        "sort": sort,
        "select_next_identical": next_identical,
    }
