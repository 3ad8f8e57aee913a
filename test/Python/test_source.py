# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs in RASP's own language, loaded into the embedded one."""

from __future__ import annotations

import importlib.util
import inspect
import operator
import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rasp_mlir
from rasp_mlir import rasp

EXAMPLES = Path(__file__).resolve().parents[1] / "Integration" / "Rasp"
PROGRAMS = sorted(path.stem for path in EXAMPLES.glob("*.rasp"))


def load_oracle():
    spec = importlib.util.spec_from_file_location("oracle", EXAMPLES / "oracle.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


oracle = load_oracle()


def example(name):
    return rasp_mlir.load(EXAMPLES / f"{name}.rasp")


def assert_agrees(found, expected, tokens):
    assert len(found) == len(expected), (tokens, found, expected)
    assert all(map(oracle.agrees, found, expected)), (tokens, found, expected)


# The programs of the paper, against plain statements of their tasks.


@pytest.mark.parametrize("name", PROGRAMS)
def test_values(name):
    program = example(name)
    output = program.output
    for tokens in oracle.inputs_for(name, program.vocab, program.max_seq_len, 20, 20, seed=1):
        assert_agrees(output(tokens), oracle.TASKS[name](tokens), tokens)


@pytest.mark.parametrize("way", ["as_a_file", "as_an_expression"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_compiled(name, way):
    program = example(name)
    if way == "as_a_file":
        model = program.compile()
    else:
        model = rasp_mlir.compile(program.output, program.vocab, program.max_seq_len)
    assert list(model.config.vocab) == program.vocab
    inputs = oracle.inputs_for(name, program.vocab, program.max_seq_len, 200, 30, seed=2)
    for tokens, found in zip(inputs, model(inputs).decoded):
        assert_agrees(found, oracle.TASKS[name](tokens), tokens)


def test_programs_are_found():
    assert len(PROGRAMS) >= 12
    assert set(PROGRAMS) == set(oracle.TASKS)


# What a program gives.

SOURCE = """
# rasp: vocab = "abc", max_seq_len = 6, causal = False, output = second, name = "named"
number, text, truth, half = 3, "text", True, 0.5;
values = [1, ["a", indices]];
table = {"a": 1, "b": [2]};
first = indices + 1;
second = first * first;
same = select(tokens, tokens, ==);
def twice(x) { return x, 2 * x; }
def apply(f, x) { return f(x); }
_private = 1;
"""


@pytest.fixture(scope="module")
def program():
    return rasp_mlir.loads(SOURCE, filename="defined.rasp")


def test_mapping(program):
    names = ["number", "text", "truth", "half", "values", "table", "first", "second", "same",
             "twice", "apply", "_private"]  # fmt: skip
    assert list(program) == names and len(program) == len(names)
    assert set(names) <= set(dir(program))
    assert "first" in program and "third" not in program and "length" not in program
    assert (program.number, program.text, program.truth, program.half) == (3, "text", True, 0.5)
    assert program["values"][0] == 1 and program["values"][1][0] == "a"
    assert program["values"][1][1] is rasp.indices
    assert program.table == {"a": 1, "b": [2]}
    assert repr(program) == "<rasp_mlir program 'defined.rasp'>"
    with pytest.raises(KeyError):
        program["third"]
    with pytest.raises(AttributeError, match="defines no 'third'"):
        program.third


def test_library(program):
    assert program.length("abc") == [3, 3, 3]
    assert program.sort(rasp.tokens, rasp.tokens)("cab") == ["a", "b", "c"]
    assert program.selector_width(program.same)("aba") == [2, 1, 2]
    assert program.best(program.same, rasp.indices)("aa") == [[False, True], [False, True]]


def test_settings(program):
    assert program.vocab == ["a", "b", "c"]
    assert (program.max_seq_len, program.causal) == (6, False)
    assert program.output is program.second
    unset = rasp_mlir.loads("x = indices;")
    assert (unset.vocab, unset.max_seq_len, unset.causal) == (None, None, False)
    assert unset.output is rasp.indices


def test_one_node_is_one_expression(program):
    assert program.second is program["second"]
    assert program.second.children == (program.first,)
    assert program.first.children == (rasp.indices,)
    assert program.first.name == "first"


def test_selectors(program):
    assert isinstance(program.same, rasp.Selector)
    assert program.same("aba") == [[True, False, True], [False, True, False], [True, False, True]]
    negated = rasp_mlir.loads("s = not select(indices, 1, <) or select(tokens, tokens, !=);").s
    assert negated("ab") == [[False, True], [True, True]]


def test_composition(program):
    sop = rasp.Aggregate(program.same, program.second + rasp.indices)
    model = rasp_mlir.compile(sop, "ab", max_seq_len=4)
    assert model("aba").decoded == pytest.approx(sop("aba"), abs=1e-4)


def test_functions(program):
    assert program.twice.parameters == ("x",)
    assert list(inspect.signature(program.twice).parameters) == ["x"]
    assert program.twice.__name__ == "twice" and "twice(x)" in repr(program.twice)
    one, two = program.twice(rasp.length)
    assert one is rasp.length
    assert two("abc") == [6, 6, 6]
    assert program.twice(program.first)[0] is program.first
    assert program.twice(21) == [21, 42]
    assert program.apply(program.twice, 1) == [1, 2]


def test_functions_of_selectors_lists_and_dicts():
    source = rasp_mlir.loads("""
        def count(s) { return selector_width(s and select(tokens, "a", ==)); }
        def total(l) { t = 0; for x in l { t = t + x; } return t; }
        def look(d) { return d[tokens]; }
        def adder(n) { def add(x) { return x + n; } return add; }
    """)
    everywhere = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.TRUE)
    assert source.count(everywhere)("aba") == [2, 2, 2]
    assert source.total([1, 2, 3]) == 6
    assert source.total((rasp.indices, rasp.length, 1))("ab") == [3, 4]
    assert source.look({"a": 1, "b": 2})("ab") == [1, 2]
    assert source.adder(rasp.length)(rasp.indices)("ab") == [2, 3]


def test_compile_options(program):
    assert program.compile()("abc").decoded == [1, 4, 9]
    assert program.compile("first", max_seq_len=2).config.max_seq_len == 2
    assert program.compile(program.first, vocab=[1, 2])([1, 2]).decoded == [1, 2]
    assert program.compile(vocab="xy", causal=True).config.causal
    assert program.compile().config.name == "named"
    assert program.compile(selector_width="linear")("abc").decoded == [1, 4, 9]
    with pytest.raises(TypeError, match="unknown option"):
        program.compile(unknown=1)
    with pytest.raises(TypeError, match="rasp_mlir.compile compiles others"):
        program.compile(rasp.indices + 1)
    with pytest.raises(TypeError, match="s-op"):
        program.compile("same")
    with pytest.raises(ValueError, match="strings or of numbers"):
        program.compile(vocab=["a", 1])
    with pytest.raises(ValueError, match="max_seq_len"):
        program.compile(max_seq_len=0)


def test_what_is_compiled_for_has_to_be_given():
    unset = rasp_mlir.loads("x = indices;", filename="unset.rasp")
    with pytest.raises(ValueError, match="unset.rasp.*which tokens.*vocab="):
        unset.compile()
    with pytest.raises(ValueError, match="unset.rasp.*how long.*max_seq_len="):
        unset.compile(vocab="ab")
    assert unset.compile(vocab="ab", max_seq_len=3)("ab").decoded == [0, 1]


# Files.


def test_files(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "shared.rasp").write_text("shared = indices + 1; _own = 1;")
    main = tmp_path / "main.rasp"
    main.write_text('load "shared";\ntwice = 2 * shared;\n')
    loaded = rasp_mlir.load(str(main), search_paths=[tmp_path / "elsewhere"])
    assert list(loaded) == ["shared", "twice"]
    assert loaded.twice("ab") == [2, 4]
    with pytest.raises(rasp_mlir.ParseError, match="expected a file called 'shared'"):
        rasp_mlir.load(main)
    with pytest.raises(FileNotFoundError):
        rasp_mlir.load(tmp_path / "missing.rasp")


def test_a_model_of_a_file():
    model = rasp_mlir.Model.from_mlir(EXAMPLES / "reverse.rasp")
    assert model("abc").decoded == ["c", "b", "a"]
    assert rasp_mlir.Model.from_mlir(str(EXAMPLES / "reverse.rasp")).config.name == "reverse"


# Errors.


def test_errors_have_places():
    with pytest.raises(rasp_mlir.ParseError) as caught:
        rasp_mlir.loads("x = lenght;\ny = ;\n", filename="wrong.rasp")
    assert [str(d.location) for d in caught.value.diagnostics] == ["wrong.rasp:1:5", "wrong.rasp:2:5"]
    assert "did you mean 'length'?" in caught.value.message
    assert "x = lenght;" in str(caught.value)


def test_errors_of_functions():
    source = rasp_mlir.loads("def f(x, y) {\n  return x + y;\n}\ndef g(x) { return x(indices); }")
    with pytest.raises(rasp_mlir.CompilationError, match="does not apply to the string") as caught:
        source.f("a", [1])
    assert str(caught.value.location).startswith("<rasp>:2:")
    with pytest.raises(rasp_mlir.CompilationError, match="2 arguments"):
        source.f(1)
    with pytest.raises(rasp_mlir.CompilationError):
        source.g(rasp.length)
    for wrong in (None, object(), {1, 2}, lambda x: x):
        with pytest.raises(TypeError):
            source.f(wrong, 1)
    with pytest.raises(ValueError, match="another"):
        source.f(rasp_mlir.loads("def h(x) { return x; }").h, 1)


def test_what_has_no_value_while_the_file_is_read():
    source = rasp_mlir.loads('def f(x) { return x("ab"); }')
    assert source.f(rasp.indices) == [0, 1]
    with pytest.raises(rasp_mlir.CompilationError, match="outside of the file"):
        source.f(rasp.length)


def test_undefined_values():
    source = rasp_mlir.loads("n = tokens_int + 1;", filename="digits.rasp")
    assert source.n("12") == [2, 3]
    with pytest.raises(rasp_mlir.EvaluationError, match='digits.rasp:1:5.*"a" is no integer'):
        source.n("1a")
    with pytest.raises(rasp_mlir.CompilationError, match="digits.rasp:1.*no integer"):
        rasp_mlir.compile(source.n, "1a", 3)
    assert rasp_mlir.compile(source.n, "12", 3)("21").decoded == [3, 2]


def test_no_end_is_an_error():
    source = rasp_mlir.loads("def forever(x) { return forever(x + 1); }")
    with pytest.raises(rasp_mlir.CompilationError, match="does a recursion not end"):
        source.forever(1)


def test_pickling(program):
    for value in (program, program.twice, program.second):
        with pytest.raises(TypeError):
            pickle.dumps(value)


def test_values_outlive_the_program():
    second = rasp_mlir.loads(SOURCE).second
    assert second("abc") == [1, 4, 9]


# Random arithmetic: the same as in Python's own operators.

NUMBERS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "%": operator.mod}
COMPARISONS = {"==": operator.eq, "<": operator.lt, ">=": operator.ge}


@st.composite
def expressions(draw, depth):
    """RASP, and a function of a token and its position that is the same."""
    if depth == 0:
        kind = draw(st.sampled_from(["tokens", "indices", "number"]))
        if kind == "number":
            number = draw(st.integers(1, 5))
            return str(number), lambda token, index: number
        if kind == "tokens":
            return "tokens", lambda token, index: token
        return "indices", lambda token, index: index
    (left, of_left), (right, of_right) = draw(expressions(depth - 1)), draw(expressions(depth - 1))
    if draw(st.booleans()):
        comparison = draw(st.sampled_from(sorted(COMPARISONS)))
        compare = COMPARISONS[comparison]
        return (
            f"(({left}) if ({left}) {comparison} ({right}) else ({right}))",
            lambda t, i: of_left(t, i) if compare(of_left(t, i), of_right(t, i)) else of_right(t, i),
        )
    sign = draw(st.sampled_from(sorted(NUMBERS)))
    if sign == "%":
        right, of_right = "3", lambda token, index: 3
    return f"({left}) {sign} ({right})", lambda t, i: NUMBERS[sign](of_left(t, i), of_right(t, i))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=expressions(2), named=st.booleans())
def test_random_arithmetic(case, named):
    text, compute = case
    source = rasp_mlir.loads(f"x = ({text}) + 0 * indices;" if named else f"x = indices * 0 + {text};")
    tokens = [3, 1, 4, 1]
    expected = [compute(token, index) for index, token in enumerate(tokens)]
    assert source.x(tokens) == expected
    model = rasp_mlir.compile(source.x, [1, 3, 4], 4)
    assert model(tokens).decoded == expected
