"""Syntax trees of .rasp source: how they are written, and what they mean."""

from fractions import Fraction

from language import (
    COMPARISONS,
    OPERATORS,
    PREFIXES,
    Environment,
    Function,
    Selector,
    SOp,
    Unsuitable,
    aggregate,
    at,
    combine,
    contains,
    element_of,
    elementwise,
    is_atom,
    require,
    select,
)

# From the loosest level to the tightest; each is left associative.
LEVELS = ["in", "if", "and or", "== <= >= > <", "+ -", "%", "* /", "^"]
LEVEL_OF = {op: level for level, ops in enumerate(LEVELS) for op in ops.split()}
PREFIX_LEVEL, OPERAND_LEVEL = len(LEVELS), len(LEVELS) + 1

MAX_STEPS = 3000


class Expr:
    level = OPERAND_LEVEL

    def write(self, writer):
        raise NotImplementedError

    def value(self, names):
        raise NotImplementedError


class Writer:
    """Writes trees as text, with the parentheses they need and a few more."""

    def __init__(self, generator):
        self.random = generator

    def at(self, expr, level=0):
        text = expr.write(self)
        if expr.level < level or self.random.random() < 0.04:
            return f"({text})"
        return text

    def all(self, exprs):
        return ", ".join(self.at(expr) for expr in exprs)

    def space(self):
        return self.random.choice([" "] * 20 + ["  ", "\n    ", " # so\n"])


class Literal(Expr):
    def __init__(self, atom):
        self.atom = atom

    def write(self, writer):
        if isinstance(self.atom, str):
            return f'"{self.atom}"'
        if isinstance(self.atom, Fraction):
            return repr(float(self.atom))
        return str(self.atom)

    def value(self, names):
        return self.atom


class Name(Expr):
    def __init__(self, name):
        self.name = name

    def write(self, writer):
        return self.name

    def value(self, names):
        return names.get(self.name)


class Prefix(Expr):
    def __init__(self, op, operand):
        self.op, self.operand = op, operand
        self.level = PREFIX_LEVEL if op in ("-", "+", "not") else OPERAND_LEVEL

    def write(self, writer):
        if self.level == OPERAND_LEVEL:
            return f"{self.op}({writer.at(self.operand)})"
        gap = " " if self.op == "not" else ""
        return self.op + gap + writer.at(self.operand, PREFIX_LEVEL)

    def value(self, names):
        operand, function = self.operand.value(names), PREFIXES[self.op]
        if isinstance(operand, SOp):
            return elementwise(function, operand)
        if self.op == "not" and isinstance(operand, Selector):
            return combine(lambda cell: not cell, operand)
        require(not isinstance(operand, Selector))
        return function(operand)


class Binary(Expr):
    def __init__(self, op, lhs, rhs):
        self.op, self.lhs, self.rhs = op, lhs, rhs
        self.level = LEVEL_OF[op]

    def write(self, writer):
        lhs, rhs = writer.at(self.lhs, self.level), writer.at(self.rhs, self.level + 1)
        return f"{lhs} {self.op}{writer.space()}{rhs}"

    def value(self, names):
        lhs, rhs = self.lhs.value(names), self.rhs.value(names)
        if self.op == "in":
            return self.is_in(lhs, rhs)
        function = OPERATORS[self.op]
        if isinstance(lhs, Selector) and isinstance(rhs, Selector):
            require(self.op in ("and", "or"))
            return combine(function, lhs, rhs)
        if isinstance(lhs, (SOp, Selector)) or isinstance(rhs, (SOp, Selector)):
            if self.op in ("and", "or"):
                return elementwise(lambda x, y: function(bool(x), bool(y)), lhs, rhs)
            return elementwise(function, lhs, rhs)
        return function(lhs, rhs)

    def is_in(self, element, container):
        if isinstance(element, SOp):
            require(isinstance(container, list) and all(map(is_atom, container)))
            return elementwise(lambda x: x in container, element)
        require(is_atom(element))
        if isinstance(container, SOp):
            return contains(container, element)
        require(isinstance(container, (list, dict)))
        return element in container


class Conditional(Expr):
    level = LEVEL_OF["if"]

    def __init__(self, then, condition, otherwise):
        self.then, self.condition, self.otherwise = then, condition, otherwise

    def write(self, writer):
        then, otherwise = writer.at(self.then, 1), writer.at(self.otherwise, 2)
        return f"{then} if {writer.at(self.condition)} else{writer.space()}{otherwise}"

    def value(self, names):
        condition = self.condition.value(names)
        require(not isinstance(condition, Selector))
        if not isinstance(condition, SOp):
            return (self.then if condition else self.otherwise).value(names)
        # Elementwise nothing is left out.
        then, otherwise = self.then.value(names), self.otherwise.value(names)
        return elementwise(lambda x, c, y: x if c else y, then, condition, otherwise)


class Index(Expr):
    def __init__(self, base, index):
        self.base, self.index = base, index

    def write(self, writer):
        return f"{writer.at(self.base, OPERAND_LEVEL)}[{writer.at(self.index)}]"

    def value(self, names):
        base, index = self.base.value(names), self.index.value(names)
        if isinstance(base, SOp):
            require(isinstance(index, int))
            return at(base, lambda size, i: index if index >= 0 else size + index)
        require(isinstance(base, (list, dict, str)))
        if isinstance(index, SOp):
            return elementwise(lambda i: element_of(base, i), index)
        return element_of(base, index)


class Call(Expr):
    def __init__(self, callee, *arguments):
        self.callee, self.arguments = callee, arguments

    def write(self, writer):
        return f"{writer.at(self.callee, OPERAND_LEVEL)}({writer.all(self.arguments)})"

    def value(self, names):
        callee = self.callee.value(names)
        arguments = [argument.value(names) for argument in self.arguments]
        if isinstance(callee, (SOp, Selector)):
            return callee.on(tuple(arguments[0]))
        require(isinstance(callee, Function) or callable(callee))
        if not isinstance(callee, Function):
            return callee(*arguments)
        inner = Environment(callee.closure)
        for name, argument in zip(callee.parameters, arguments):
            inner.set(name, argument)
        for statement in callee.body:
            statement.run(inner)
        results = [result.value(inner) for result in callee.results]
        return results[0] if len(results) == 1 else results


class Select(Expr):
    def __init__(self, key, query, op):
        self.key, self.query, self.op = key, query, op

    def write(self, writer):
        return f"select({writer.at(self.key)}, {writer.at(self.query)}, {self.op})"

    def value(self, names):
        return select(self.key.value(names), self.query.value(names), COMPARISONS[self.op])


class Aggregate(Expr):
    def __init__(self, selector, values, *default):
        self.operands = [selector, values, *default]

    def write(self, writer):
        return f"aggregate({writer.all(self.operands)})"

    def value(self, names):
        return aggregate(*(operand.value(names) for operand in self.operands))


class ListOf(Expr):
    def __init__(self, elements):
        self.elements = elements

    def write(self, writer):
        return f"[{writer.all(self.elements)}]"

    def value(self, names):
        return [element.value(names) for element in self.elements]


class DictOf(Expr):
    def __init__(self, items):
        self.items = items

    def write(self, writer):
        return "{" + ", ".join(f"{writer.at(k)}: {writer.at(v)}" for k, v in self.items) + "}"

    def value(self, names):
        items = [(key.value(names), value.value(names)) for key, value in self.items]
        for key, _ in items:
            require(is_atom(key))
        return dict(items)


class Comprehension(Expr):
    def __init__(self, names, iterable, value, key=None):
        self.names, self.iterable, self.element, self.key = names, iterable, value, key

    def write(self, writer):
        key = writer.at(self.key) + ": " if self.key else ""
        over = f"for {', '.join(self.names)} in {writer.at(self.iterable, 1)}"
        text = f"{key}{writer.at(self.element)} {over}"
        return "{" + text + "}" if self.key else f"[{text}]"

    def value(self, names):
        iterable = self.iterable.value(names)
        require(isinstance(iterable, (list, dict)))
        inner, items = Environment(names), []
        for element in iterable:
            inner.set_all(self.names, element)
            key = self.key.value(inner) if self.key else None
            require(not self.key or is_atom(key))
            items.append((key, self.element.value(inner)))
        return dict(items) if self.key else [value for _, value in items]


class OfLists(Expr):
    """range, zip or len."""

    def __init__(self, word, *arguments):
        self.word, self.arguments = word, arguments

    def write(self, writer):
        return f"{self.word}({writer.all(self.arguments)})"

    def value(self, names):
        arguments = [argument.value(names) for argument in self.arguments]
        if self.word == "len":
            require(isinstance(arguments[0], (list, dict, str)))
            return len(arguments[0])
        if self.word == "zip":
            require(all(isinstance(argument, list) for argument in arguments))
            require(len({len(argument) for argument in arguments}) == 1)
            return [list(row) for row in zip(*arguments)]
        require(all(isinstance(argument, int) for argument in arguments))
        require(len(arguments) < 3 or arguments[2] != 0)
        numbers = range(*arguments)
        if len(numbers) > MAX_STEPS:
            raise Unsuitable
        return list(numbers)


def is_double(number):
    """Whether a float that is written with a point and no exponent is this number."""
    return Fraction(float(number)) == number and "e" not in repr(float(number))


def literal(value):
    """The expression that is this value."""
    if isinstance(value, list):
        return ListOf([literal(element) for element in value])
    if isinstance(value, dict):
        return DictOf([(literal(key), literal(element)) for key, element in value.items()])
    if isinstance(value, str) or isinstance(value, bool):
        return Literal(value)
    if value < 0:
        return Prefix("-", literal(-value))
    if isinstance(value, Fraction) and not is_double(value):
        return Binary("/", Literal(value.numerator), Literal(value.denominator))
    return Literal(value)


# Statements. -------------------------------------------------------------------


class Assign:
    def __init__(self, names, values):
        self.names, self.values = names, values

    def write(self, writer):
        return f"{', '.join(self.names)} = {writer.all(self.values)};"

    def run(self, names):
        values = [value.value(names) for value in self.values]
        names.set_all(self.names, values[0] if len(values) == 1 else values)


class Define:
    def __init__(self, name, parameters, body, results):
        self.name, self.parameters, self.body, self.results = name, parameters, body, results

    def write(self, writer):
        body = " ".join(statement.write(writer) for statement in self.body)
        results = writer.all(self.results)
        return f"def {self.name}({', '.join(self.parameters)}) {{ {body} return {results}; }}"

    def run(self, names):
        names.set(self.name, Function(self.parameters, self.body, self.results, names))


class For:
    def __init__(self, names, iterable, body):
        self.names, self.iterable, self.body = names, iterable, body

    def write(self, writer):
        body = " ".join(statement.write(writer) for statement in self.body)
        return f"for {', '.join(self.names)} in {writer.at(self.iterable)} {{ {body} }}"

    def run(self, names):
        iterable = self.iterable.value(names)
        require(isinstance(iterable, (list, dict)))
        for element in iterable:
            names.set_all(self.names, element)
            for statement in self.body:
                statement.run(names)
