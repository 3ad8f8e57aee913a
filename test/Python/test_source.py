# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs in RASP's own language, loaded into the embedded one."""

from __future__ import annotations

import copy
import gc
import importlib.util
import inspect
import operator
import pickle
import warnings
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
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
             "twice", "apply"]  # fmt: skip
    assert list(program) == names and len(program) == len(names)
    assert set(names) <= set(dir(program))
    assert "first" in program and "third" not in program and "length" not in program
    assert (program.number, program.text, program.truth, program.half) == (3, "text", True, 0.5)
    assert program["values"][0] == 1 and program["values"][1][0] == "a"
    assert program["values"][1][1] is rasp.indices
    assert program.table == {"a": 1, "b": [2]}
    assert program._private == 1 and "_private" not in program
    assert repr(program) == "<rasp_mlir program 'defined.rasp'>"
    with pytest.raises(KeyError):
        program["third"]
    with pytest.raises(AttributeError, match="defines no 'third'"):
        program.third
    with pytest.raises(KeyError):
        program[3]
    assert program == program and program != rasp_mlir.loads(SOURCE)
    assert {program: 1}[program] == 1
    assert copy.copy(program) is copy.deepcopy(program) is program


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
    made = rasp_mlir.loads("""
        # rasp: vocab = "ab", max_seq_len = 3, output = indices + 1, bos = "<s>", pad = "<p>"
        last = indices;
    """)
    assert made.output is made.output
    config = made.compile().config
    assert (config.bos, config.pad, config.name) == ("<s>", "<p>", "program")
    assert made.compile(bos="^", pad="$", name="x").config.bos == "^"
    with pytest.raises(ValueError, match="name of the BOS token"):
        made.compile(bos="a")


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
    assert program.twice(21) == (21, 42)
    assert program.apply(program.twice, 1) == [1, 2]
    assert program.twice(np.int64(21)) == (21, 42)
    assert program.twice(Fraction(1, 3))[1] == Fraction(2, 3)


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
    with pytest.raises(TypeError, match="no argument"):
        program.compile(unknown=1)
    with pytest.raises(TypeError, match="expected an s-op .* found <Select 'same'>"):
        program.compile("same")
    with pytest.raises(KeyError):
        program.compile("third")
    with pytest.raises(ValueError, match="max_seq_len"):
        program.compile(max_seq_len=0)


def test_compiling_what_is_not_of_the_file(program):
    other = rasp_mlir.loads("x = indices + 2;")
    for sop, expected in [
        (rasp.indices + 1, [1, 2]),
        (program.twice(rasp.length)[1], [4, 4]),
        (other.x, [2, 3]),
    ]:
        assert program.compile(sop)("ab").decoded == expected
        assert "@" in str(program.module(sop))
    # Tokens that RASP's own language has none of.
    model = program.compile("first", vocab=[("a", 1), "b", 2])
    assert model([("a", 1), 2]).decoded == [1, 2]
    numerical = program.compile(rasp.numerical(program.first))
    assert numerical.config.output == "numerical" and numerical("ab").decoded == [1, 2]


def test_compile_takes_files_and_programs(program):
    for given in (EXAMPLES / "reverse.rasp", str(EXAMPLES / "reverse.rasp"), example("reverse")):
        model = rasp_mlir.compile(given)
        assert model("abc").decoded == ["c", "b", "a"]
        assert model.config.name == "reverse"
        assert rasp_mlir.compile(given, "xy", 2, name="n")("xy").decoded == ["y", "x"]
    assert rasp_mlir.compile(program, output="numerical").config.output == "numerical"
    assert rasp_mlir.compile(program, output="numerical").config.name == "named"
    assert rasp_mlir.compile(program, bos="^", max_combinations=10**6).config.bos == "^"
    with pytest.raises(ValueError, match="kind of output"):
        rasp_mlir.compile(program, output="x")
    with pytest.raises(FileNotFoundError):
        rasp_mlir.compile("missing.rasp")


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
    with pytest.raises(TypeError, match="list of folders"):
        rasp_mlir.load(main, search_paths="elsewhere")
    with pytest.raises(TypeError, match="as a string, found 3"):
        rasp_mlir.loads(3)


def test_errors_show_files_as_they_are(tmp_path):
    file = tmp_path / "changed.rasp"
    for text in ("x = one;", "longer = two;"):
        file.write_text(text)
        with pytest.raises(rasp_mlir.ParseError, match=text):
            rasp_mlir.load(file)


def test_each_text_has_its_lines():
    first = rasp_mlir.loads("def one(x) { return x + 1; }")
    second = rasp_mlir.loads("def two(x) { return x + 2; }")
    for source, function, line in [(first, "one", "x + 1"), (second, "two", "x + 2")]:
        with pytest.raises(rasp_mlir.CompilationError) as caught:
            source[function]("a")
        assert line in caught.value.location.source


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
    assert "\n    x = lenght;\n        ^\n" in str(caught.value)


def test_errors_tell_the_calls():
    source = rasp_mlir.loads(
        "def inner(x) {\n  return x + 1;\n}\ndef outer(x) { return inner(x) % 2; }\n"
        "y = outer(tokens);\nlibrary = max(tokens, indices);",
        filename="calls.rasp",
    )
    outer = source.outer(rasp.tokens)
    here = inspect.currentframe().f_lineno - 1

    def places(error):
        return [str(error.location), *(str(note.location) for note in error.notes)]

    of_file = ["calls.rasp:2:12", "calls.rasp:4:23", "calls.rasp:5:5"]
    with pytest.raises(rasp_mlir.EvaluationError) as caught:
        source.y("a")
    assert places(caught.value) == of_file
    with pytest.raises(rasp_mlir.EvaluationError) as caught:
        outer("a")
    assert places(caught.value)[:2] == of_file[:2]
    assert places(caught.value)[2].startswith(f"{__file__}:{here}")
    assert {note.message for note in caught.value.notes} == {"called from here"}
    # In the library, whose lines are shown too.
    for compile in (
        lambda: source.compile("library", "ab", 2),
        lambda: rasp_mlir.compile(source.library, "ab", 2),
    ):
        with pytest.raises(rasp_mlir.CompilationError, match="expects two numbers") as caught:
            compile()
        assert places(caught.value)[0].startswith("rasplib.rasp:")
        assert places(caught.value)[1:] == ["calls.rasp:6:11"]
        assert "return a if a > b else b;" in str(caught.value)


def test_errors_of_functions():
    source = rasp_mlir.loads(
        "def f(x, y) {\n  return x + y;\n}\ndef g(x) { return x(indices); }",
        filename="f.rasp",
    )
    with pytest.raises(rasp_mlir.CompilationError, match="does not apply to the string") as caught:
        source.f("a", [1])
    assert str(caught.value.location) == "f.rasp:2:12"
    [call] = caught.value.notes
    assert (call.message, call.location.file) == ("called from here", __file__)
    assert call.location.source.strip() == 'source.f("a", [1])'
    with pytest.raises(rasp_mlir.CompilationError, match="2 arguments") as caught:
        source.f(1)
    assert caught.value.location.source.strip() == "source.f(1)"
    with pytest.raises(rasp_mlir.CompilationError):
        source.g(rasp.length)
    for wrong in (None, object(), {1, 2}, lambda x: x, 1j, [None]):
        with pytest.raises(TypeError, match="expected an argument of f to be an s-op"):
            source.f(wrong, 1)
    for wrong in (float("nan"), float("inf"), "\ud800"):
        with pytest.raises(ValueError):
            source.f(wrong, 1)
    with pytest.raises(OverflowError):
        source.f(2**64, 1)
    with pytest.raises(ValueError, match="expected functions of <rasp_mlir program 'f.rasp'>"):
        source.f(rasp_mlir.loads("def h(x) { return x; }").h, 1)


def test_values_nested_too_deep():
    source = rasp_mlir.loads("""
        l = [1]; for i in range(100000) { l = [l]; }
        d = {1: l};
        def f(x) { return x; }
        def g(n) { l = []; for i in range(n) { l = [l]; } return l; }
    """)
    deep = []
    for _ in range(100000):
        deep = [deep]
    for ask in (lambda: source.l, lambda: source.d, lambda: source.f(deep), lambda: source.g(5000)):
        with pytest.raises(RecursionError):
            ask()
    assert source.g(3) == [[[[]]]]


def test_deep_expressions():
    source = rasp_mlir.loads("""
        t = indices; for i in range(20000) { t = t + 1; }
        s = indices; for i in range(2000) { s = selector_width(select(s, s, ==)); }
    """)
    assert source.t("ab") == [20000, 20001]
    assert source.s("ab") == [2, 2]


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
        with pytest.raises(TypeError, match="cannot be pickled: load"):
            pickle.dumps(value)
    model = pickle.loads(pickle.dumps(program.compile()))
    assert model("abc").decoded == [1, 4, 9]
    assert copy.deepcopy(program.second) is program.second


def test_values_outlive_the_program():
    second, twice = operator.attrgetter("second", "twice")(rasp_mlir.loads(SOURCE))
    gc.collect()
    assert second("abc") == [1, 4, 9]
    assert twice(rasp.indices)[1]("abc") == [0, 2, 4]


def test_threads():
    source = rasp_mlir.loads(SOURCE + "def slow(n) { for i in range(n) { x = i; } return x; }")

    def work(number):
        if number % 4 == 0:
            return source.slow(50000)
        if number % 4 == 1:
            return source.second
        if number % 4 == 2:
            return source.twice(source.first)[1]("abc")
        return source.compile()("abc").decoded

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(work, range(64)))
    assert set(results[::4]) == {49999}
    # Threads that ask for the same get the same.
    assert all(sop is source.second for sop in results[1::4])
    assert all(values == [2, 4, 6] for values in results[2::4])
    assert all(values == [1, 4, 9] for values in results[3::4])


def test_warnings():
    source = rasp_mlir.loads('# rasp: vocab = "1a", max_seq_len = 2\nn = tokens_int;')
    with pytest.warns(UserWarning, match='undefined on the string "a", which may occur'):
        source.module()
    with pytest.warns(UserWarning, match="after the first statement"):
        rasp_mlir.loads("x = 1;\n# rasp: vocab = 3")


def test_values_that_are_no_numbers_have_to_be_equal():
    """As in RASP, without `unique`."""
    source = rasp_mlir.loads(
        "one = aggregate(select(tokens, tokens, ==), tokens);\n"
        "any = aggregate(full_s, tokens);"
    )
    assert source.one("aba") == ["a", "b", "a"]
    assert rasp_mlir.compile(source.one, "ab", 4)("aba").decoded == ["a", "b", "a"]
    with pytest.raises(rasp_mlir.EvaluationError, match="several different values"):
        source.any("ab")


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


def test_lists_that_occur_again_and_again():
    program = rasp_mlir.loads(
        "a = [1]; for i in range(100) { a = [a, a]; } def f(x) { return 1; }"
    )
    found = program.a
    assert found[0] is found[1]
    with pytest.raises(ValueError, match="arguments: expected at most 4194304 elements"):
        program.f(found)


def test_the_garbage_collector_may_ask_for_values():
    program = rasp_mlir.loads("one = 1; lists = [[i] for i in range(50)];")
    found = []

    class Cycle:
        def __init__(self):
            self.itself = self

        def __del__(self):
            found.append(program.one)

    before = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(20):
            Cycle()
            assert program.lists[7] == [7]
    finally:
        gc.set_threshold(*before)
    assert found and set(found) == {1}


def test_numbers_of_an_s_op_are_floats():
    program = rasp_mlir.loads(
        'third = {"a": 1, "b": 2}[tokens] / 3; mean = aggregate(full_s, third); one = third * 3;'
    )
    assert program.third("ab") == [1 / 3, 2 / 3]
    assert program.mean("ab") == [0.5, 0.5]
    assert program.one("ab") == [1, 2]
    assert all(isinstance(value, float) for value in program.third("ab") + program.mean("ab"))


ASSUMED = "it cannot be shown that all values that a position selects here are the same"


@pytest.mark.parametrize("way", ["as_a_file", "as_an_expression"])
def test_what_is_assumed_is_said(way):
    program = rasp_mlir.loads("x = aggregate(full_s, tokens);")
    same = rasp_mlir.loads("y = aggregate(select(tokens, tokens, ==), tokens);")

    def compiled(sop, source):
        if way == "as_a_file":
            return source.compile(sop, vocab="ab", max_seq_len=3)
        return rasp_mlir.compile(sop, "ab", 3)

    with pytest.warns(UserWarning, match=f"<rasp.*:1:5: warning: {ASSUMED}"):
        model = compiled(program.x, program)
    assert model("aa").decoded == ["a", "a"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert program.x("aa") == ["a", "a"]
        assert compiled(same.y, same)("ab").decoded == ["a", "b"]
    with pytest.raises(rasp_mlir.EvaluationError, match="selects several different values"):
        program.x("ab")


def test_the_kind_of_the_output():
    program = rasp_mlir.loads('# rasp: output_kind = "numerical"\nx = indices; y = indices + 1;')
    made = {"vocab": "ab", "max_seq_len": 3}
    assert program.compile(**made).config.output == "numerical"
    assert program.compile("x", **made).config.output == "categorical"
    model = rasp_mlir.compile(program, output="categorical", **made)
    assert model.config.output == "categorical"
    model = rasp_mlir.compile(rasp_mlir.loads("x = indices;"), output="numerical", **made)
    assert model.config.output == "numerical"
    with pytest.raises(rasp_mlir.ParseError, match='expected "categorical" or "numerical"'):
        rasp_mlir.loads('# rasp: output_kind = "real"')


def test_arguments_by_name():
    program = rasp_mlir.loads("def f(x, n) { return x * n; }")
    assert program.f(rasp.indices, n=3)("ab") == program.f(n=3, x=rasp.indices)("ab") == [0, 3]
    with pytest.raises(TypeError, match="expected x, n as the arguments of f, found another 'm'"):
        program.f(rasp.indices, m=3)
    with pytest.raises(TypeError, match="found another 'x'"):
        program.f(rasp.indices, 3, x=3)
    with pytest.raises(TypeError, match="found no 'x'"):
        program.f(n=3)


def test_near_misses():
    program = rasp_mlir.loads("result = indices;")
    with pytest.raises(AttributeError, match="no 'lenght'; did you mean 'length'"):
        program.lenght
    with pytest.raises(KeyError, match="no 'resutl'; did you mean 'result'"):
        program.compile("resutl", vocab="ab", max_seq_len=2)
    with pytest.raises(TypeError, match="no argument 'casual'; did you mean 'causal'"):
        program.compile(vocab="ab", max_seq_len=2, casual=True)
