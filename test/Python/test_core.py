# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The extension module: modules, compiled functions, and the builder of programs."""

from __future__ import annotations

import ast
import gc
import inspect
import json
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from rasp_mlir import _core, errors

REVERSE = """\
rasp.program @reverse(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<!rasp.str>
    attributes {vocab = ["a", "b", "c"], max_seq_len = 5} {
  %indices = rasp.indices
  %all = rasp.select true keys(%indices) queries(%indices) : !rasp.sop<i64>, !rasp.sop<i64>
  %length = rasp.selector_width %all
  %opposite = rasp.map %length, %indices : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%n: i64, %index: i64):
    %one = arith.constant 1 : i64
    %difference = arith.subi %n, %index : i64
    %mirrored = arith.subi %difference, %one : i64
    rasp.yield %mirrored : i64
  }
  %flip = rasp.select eq keys(%indices) queries(%opposite) : !rasp.sop<i64>, !rasp.sop<i64>
  %reversed = rasp.aggregate %flip, %tokens : !rasp.sop<!rasp.str> -> !rasp.sop<!rasp.str>
  rasp.return %reversed : !rasp.sop<!rasp.str>
}
"""

# A division that fails where the input has one token.
UNDEFINED = """\
rasp.program @undefined(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
    attributes {vocab = [0, 1], max_seq_len = 3} {
  %quotient = rasp.map %tokens : (!rasp.sop<i64>) -> !rasp.sop<i64> {
  ^bb0(%token: i64):
    %one = arith.constant 1 : i64
    %result = arith.divsi %one, %token : i64
    rasp.yield %result : i64
  }
  rasp.return %quotient : !rasp.sop<i64>
}
"""

STAGES = ["rasp", "craft-values", "craft-blocks", "craft-layers", "linalg"]


@pytest.fixture(scope="module")
def reverse() -> _core.Module:
    return _core.Module.parse(REVERSE, "reverse.mlir")


def encode(tokens: str) -> np.ndarray:
    """The ids of a row of `reverse`."""
    return np.array([[3, *("abc".index(token) for token in tokens)]], np.int32)


def decode(logits: np.ndarray) -> str:
    return "".join("abc"[index] for index in logits[0, 1:].argmax(-1))


class TestParsing:
    def test_text(self, reverse):
        assert reverse.programs == ["reverse"]
        assert "rasp.program @reverse" in str(reverse)
        assert str(_core.Module.parse(str(reverse))) == str(reverse)

    def test_bytes_and_bytecode(self, reverse):
        assert str(_core.Module.parse(REVERSE.encode())) == str(reverse)
        bytecode = reverse.to_bytecode()
        assert bytecode.startswith(b"ML\xefR")
        assert str(_core.Module.parse(bytecode)) == str(reverse)

    def test_locations_survive_bytecode(self, reverse):
        text = _core.Module.parse(reverse.to_bytecode()).to_text(locations=True)
        assert 'loc("reverse.mlir":3:' in text
        assert "loc(" not in reverse.to_text()

    def test_weights_can_be_left_out(self, reverse):
        function = reverse.lower(options={"weights": "inline"})
        assert len(function.to_text(elide_weights=True)) < len(function.to_text())

    def test_pickle(self, reverse):
        assert str(pickle.loads(pickle.dumps(reverse))) == str(reverse)

    def test_syntax_error(self):
        with pytest.raises(errors.ParseError) as caught:
            _core.Module.parse(REVERSE.replace("rasp.indices", "rasp.indexes"), "broken.mlir")
        assert caught.value.location == errors.Location("broken.mlir", 3, 14)
        assert "indexes" in caught.value.message
        assert isinstance(caught.value, ValueError)

    def test_verifier_error_with_notes(self):
        source = REVERSE.replace("max_seq_len", "max_seq_length")
        with pytest.raises(errors.ParseError) as caught:
            _core.Module.parse(source, "broken.mlir")
        assert caught.value.location.file == "broken.mlir"
        source = REVERSE.replace('"c"]', '"a"]')
        with pytest.raises(errors.ParseError) as caught:
            _core.Module.parse(source, "broken.mlir")
        assert "twice in its vocabulary" in caught.value.message
        [note] = caught.value.notes
        assert note.severity == "note"
        assert "places 0 and 2" in note.message

    def test_errors_are_pickled(self):
        with pytest.raises(errors.ParseError) as caught:
            _core.Module.parse(REVERSE.replace('"c"]', '"a"]'), "broken.mlir")
        again = pickle.loads(pickle.dumps(caught.value))
        assert type(again) is errors.ParseError
        assert again.diagnostics == caught.value.diagnostics
        assert str(again) == str(caught.value)

    @pytest.mark.parametrize(
        "source",
        [
            "",
            "\0",
            b"\xff\xfe",
            b"ML\xefR",
            b"ML\xefR" + bytes(1000),
            "module {",
            "[" * 100_000,
            "module attributes {a = " + "[" * 100_000,
            "loc(callsite(" * 50_000,
            'module attributes {a = "' + "[" * 5000 + '"}',
            "// " + "{" * 5000,
            "module { func.func private @f(" + "i32, " * 10_000,
        ],
        ids=lambda source: repr(source[:20]),
    )
    def test_any_text_is_taken(self, source):
        try:
            _core.Module.parse(source)
        except errors.ParseError as error:
            assert error.diagnostics

    def test_deep_nesting_is_refused(self):
        with pytest.raises(errors.ParseError, match="nested more than 1000 deep") as caught:
            _core.Module.parse("module {\n" + "[" * 2000, "deep.mlir")
        assert caught.value.location == errors.Location("deep.mlir", 2, 1000)

    def test_wrong_arguments(self):
        with pytest.raises(TypeError, match="source: expected a str, found a NoneType: None"):
            _core.Module.parse(None)
        with pytest.raises(ValueError, match="source: expected text that UTF-8 can encode"):
            _core.Module.parse("\ud800")
        with pytest.raises(TypeError, match="filename: expected a str"):
            _core.Module.parse(REVERSE, 3)
        with pytest.raises(ValueError, match="filename"):
            _core.Module.parse(REVERSE, "\ud800")


class TestPrograms:
    def test_contract(self, reverse):
        expected = {
            "name": "reverse",
            "vocab": ["a", "b", "c"],
            "max_seq_len": 5,
            "causal": False,
            "bos": "BOS",
            "pad": "PAD",
        }
        for stage in STAGES:
            assert reverse.lower(stage).contract() == expected

    def test_interpret(self, reverse):
        for stage in STAGES[:-1]:
            assert reverse.lower(stage).interpret(["a", "b", "c"]) == ["c", "b", "a"]
        assert reverse.interpret(token for token in "ab") == ["b", "a"]

    def test_interpret_a_compiled_function(self, reverse):
        with pytest.raises(ValueError, match="'reverse' is at stage linalg"):
            reverse.lower().interpret(["a"])

    def test_interpret_on_bad_input(self, reverse):
        with pytest.raises(errors.EvaluationError, match="token d at position 1") as caught:
            reverse.interpret(["a", "d"])
        assert caught.value.location == errors.Location("reverse.mlir", 1, 1)
        assert "the vocabulary is" in caught.value.notes[0].message
        with pytest.raises(errors.EvaluationError, match="the input is empty"):
            reverse.interpret([])
        with pytest.raises(errors.EvaluationError, match="max_seq_len is 5"):
            reverse.interpret(["a"] * 6)
        with pytest.raises(TypeError, match="tokens: expected a sequence, found a str: 'ab'"):
            reverse.interpret("ab")
        with pytest.raises(TypeError, match=r"tokens\[1\]: expected None, .*, found a list"):
            reverse.interpret(["a", ["b"]])

    def test_undefined_value(self):
        module = _core.Module.parse(UNDEFINED, "undefined.mlir")
        assert module.interpret([1, 1]) == [1, 1]
        with pytest.raises(errors.EvaluationError, match="division by zero") as caught:
            module.interpret([1, 0])
        assert caught.value.location == errors.Location("undefined.mlir", 6, 15)

    def test_fractions_are_exact(self):
        module = _core.Module.parse(
            """
            rasp.program @mean(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>
                attributes {vocab = [0, 1], max_seq_len = 4} {
              %all = rasp.select true keys(%tokens) queries(%tokens)
                : !rasp.sop<i64>, !rasp.sop<i64>
              %mean = rasp.aggregate %all, %tokens : !rasp.sop<i64> -> !rasp.sop<f64>
              rasp.return %mean : !rasp.sop<f64>
            }"""
        )
        [third, *_] = module.interpret([0, 0, 1])
        assert third == Fraction(1, 3) and isinstance(third, Fraction)
        [half, _] = module.interpret([0, 1])
        assert half == 0.5 and isinstance(half, float)

    def test_several_programs(self, reverse):
        both = _core.Module.parse(REVERSE + UNDEFINED)
        assert both.programs == ["reverse", "undefined"]
        assert both.interpret([1], "undefined") == [1]
        with pytest.raises(ValueError, match="expected one of reverse, undefined, since"):
            both.interpret([1])
        with pytest.raises(ValueError, match="expected one of reverse, undefined, found 'x'"):
            both.contract("x")
        with pytest.raises(ValueError, match="the module has no program"):
            _core.Module.parse("").weights()
        # The others are not compiled.
        assert "embedding.tokens" in both.weights("reverse")[0]


class TestLowering:
    def test_stages(self, reverse):
        before = str(reverse)
        assert "craft.program" in str(reverse.lower("craft-values"))
        assert "craft.transformer" in str(reverse.lower("craft-layers"))
        assert "func.func @reverse" in str(reverse.lower())
        # Stage by stage it is the same.
        module = reverse
        for stage in STAGES:
            module = module.lower(stage)
        assert str(module) == str(reverse.lower())
        assert str(reverse) == before

    def test_options(self, reverse):
        options = {"weights": "argument", "batch": "2", "sequence": 4}
        assert "tensor<2x4xi32>" in str(reverse.lower("linalg", options))
        assert "rasp.weights" in str(reverse.lower(options=options))

    def test_unknown_stage_and_options(self, reverse):
        with pytest.raises(ValueError, match="stage: expected one of rasp, .*, found 'llvm'"):
            reverse.lower("llvm")
        with pytest.raises(ValueError, match="expected an option of the compiler .*, found 'x'"):
            reverse.lower(options={"x": "1"})
        with pytest.raises(ValueError, match="'max-combinations': expected an integer .* 'many'"):
            reverse.lower(options={"max-combinations": "many"})
        with pytest.raises(errors.CompilationError, match="found 'nowhere'"):
            reverse.lower(options={"weights": "nowhere"})
        with pytest.raises(TypeError, match="options: expected a mapping, found a list"):
            reverse.lower(options=[("weights", "auto")])
        with pytest.raises(TypeError, match="options: expected a str, found a float"):
            reverse.lower(options={"batch": 1.0})

    def test_no_way_back(self, reverse):
        layers = reverse.lower("craft-layers")
        with pytest.raises(ValueError, match="'reverse' is at stage craft-layers already"):
            layers.lower("craft-values")
        assert str(layers.lower("craft-layers")) == str(layers)

    def test_refused_program(self):
        module = _core.Module.parse(UNDEFINED, "undefined.mlir")
        with pytest.raises(errors.CompilationError, match="division by zero") as caught:
            module.lower()
        assert type(caught.value) is errors.CompilationError
        assert caught.value.location == errors.Location("undefined.mlir", 6, 15)

    def test_notes_say_who_calls(self):
        module = _core.Module.parse(
            """
            func.func private @divide(%x: !rasp.sop<i64>) -> !rasp.sop<i64> {
              %quotient = rasp.map %x : (!rasp.sop<i64>) -> !rasp.sop<i64> {
              ^bb0(%token: i64):
                %one = arith.constant 1 : i64
                %result = arith.divsi %one, %token : i64
                rasp.yield %result : i64
              }
              return %quotient : !rasp.sop<i64>
            }
            rasp.program @p(%tokens: !rasp.sop<i64>) -> !rasp.sop<i64>
                attributes {vocab = [0, 1], max_seq_len = 3} {
              %quotient = func.call @divide(%tokens) : (!rasp.sop<i64>) -> !rasp.sop<i64>
              rasp.return %quotient : !rasp.sop<i64>
            }""",
            "call.mlir",
        )
        with pytest.raises(errors.CompilationError) as caught:
            module.lower()
        assert caught.value.location.line == 6
        [call] = [note for note in caught.value.notes if note.message == "called from here"]
        assert call.location.line == 13

    def test_passes(self, reverse):
        annotated = reverse.run_passes("canonicalize,rasp.program(rasp-annotate-domains)")
        assert "rasp.domain" in str(annotated)
        again = reverse.run_passes("builtin.module(canonicalize)")
        assert str(again) == str(reverse.run_passes("canonicalize"))
        assert "rasp.domain" not in str(reverse)

    @pytest.mark.parametrize(
        "pipeline", ["no-such-pass", "canonicalize,", "rasp.program(", "a(" * 10_000, "\n{}", ")"]
    )
    def test_no_pipeline(self, reverse, pipeline):
        with pytest.raises(ValueError, match="pipeline"):
            reverse.run_passes(pipeline)

    def test_export(self, reverse):
        safetensors = pytest.importorskip("safetensors.numpy")
        tensors = safetensors.load(reverse.export("safetensors"))
        weights, metadata = reverse.weights()
        assert set(tensors) == set(weights)
        for name, tensor in tensors.items():
            np.testing.assert_array_equal(tensor, weights[name])
        assert json.loads(metadata["shape"])["layers"] == 2
        circuit = json.loads(reverse.export("circuit"))
        assert circuit["program"] == "reverse" or circuit["name"] == "reverse"
        with pytest.raises(ValueError, match="expected circuit or safetensors, found 'onnx'"):
            reverse.export("onnx")

    def test_export_with_options(self, reverse):
        linear = reverse.export("safetensors", options={"selector-width": "linear"})
        reciprocal = reverse.export("safetensors", options={"selector-width": "reciprocal"})
        assert linear != reciprocal
        assert (
            reverse.lower("craft-layers", {"selector-width": "linear"}).export("safetensors")
            == linear
        )


class TestWeights:
    def test_without_copies(self, reverse):
        weights, _ = reverse.weights()
        for array in weights.values():
            assert array.dtype == np.float32
            assert array.flags.c_contiguous and array.flags.writeable
            assert not array.flags.owndata
        assert weights["embedding.tokens"].shape[0] == 5
        assert next(iter(weights)) == "embedding.tokens"
        assert list(weights)[-1] == "unembedding.bias"

    def test_arrays_outlive_the_module(self):
        weights, _ = _core.Module.parse(REVERSE).weights()
        expected = {name: array.copy() for name, array in weights.items()}
        one = weights["unembedding.weight"]
        gc.collect()
        for name in expected:
            np.testing.assert_array_equal(weights[name], expected[name])
        del weights
        gc.collect()
        np.testing.assert_array_equal(one, expected["unembedding.weight"])
        one[:] = 0

    def test_of_each_stage(self, reverse):
        expected, expected_metadata = reverse.weights()
        for stage in STAGES[:-1]:
            weights, metadata = reverse.lower(stage).weights()
            assert metadata == expected_metadata
            for name, array in expected.items():
                np.testing.assert_array_equal(weights[name], array)
        with pytest.raises(errors.CompilationError, match="already a compiled function"):
            reverse.lower().weights()

    def test_replace(self, reverse):
        function = reverse.lower(options={"weights": "argument"})
        weights, _ = reverse.weights()
        changed = {"unembedding.weight": -weights["unembedding.weight"]}
        replaced = function.with_weights(changed)
        before, after = function.jit()(encode("abc")), replaced.jit()(encode("abc"))
        bias = weights["unembedding.bias"]
        np.testing.assert_allclose(after - bias, -(before - bias), atol=1e-5)
        # Every weight that it reads, and in any layout.
        all_weights = {
            name: np.asfortranarray(array)
            for name, array in weights.items()
            if f'"{name}"' in str(function)
        }
        assert len(all_weights) > 10
        again = function.with_weights(all_weights).jit()(encode("abc"))
        np.testing.assert_array_equal(again, before)

    def test_replace_with_wrong_arrays(self, reverse):
        function = reverse.lower(options={"weights": "argument"})
        with pytest.raises(ValueError, match="weights: expected one of .*, found 'x'"):
            function.with_weights({"x": np.zeros(3, np.float32)})
        with pytest.raises(ValueError, match=r"expected shape \[3\] for .*, found \[4\]"):
            function.with_weights({"unembedding.bias": np.zeros(4, np.float32)})
        with pytest.raises(TypeError, match="expected an array of float32 for 'unembedding.bias'"):
            function.with_weights({"unembedding.bias": np.zeros(3)})
        with pytest.raises(TypeError, match="expected an array of float32"):
            function.with_weights({"unembedding.bias": [0.0, 0.0, 0.0]})
        with pytest.raises(TypeError, match="weights: expected a mapping"):
            function.with_weights(3)
        with pytest.raises(ValueError, match="does not take its weights as arguments"):
            reverse.lower().with_weights({})
        with pytest.raises(ValueError, match="not at stage linalg"):
            reverse.with_weights({})


class TestCompiledFunction:
    def test_call(self, reverse):
        function = reverse.lower().jit()
        logits = function(encode("abcab"))
        assert logits.dtype == np.float32 and logits.shape == (1, 6, 3)
        assert decode(logits) == "bacba"
        # A batch of more rows than are run at once, padded.
        rows = np.full((10_000, 6), 4, np.int32)
        rows[:, :3] = encode("ab")
        batch = function(rows)
        assert batch.shape == (10_000, 6, 3)
        np.testing.assert_array_equal(batch, np.broadcast_to(batch[0], batch.shape))
        assert decode(batch[:1, :3]) == "ba"

    def test_results_outlive_the_function(self, reverse):
        logits = reverse.lower().jit()(encode("ab"))
        gc.collect()
        assert decode(logits) == "ba"

    def test_conversions_that_change_no_id(self, reverse):
        function = reverse.lower().jit()
        expected = function(encode("abc"))
        ids = encode("abc")
        wide = np.zeros((1, 8), np.int64)
        wide[:, ::2] = ids
        for same in [ids.astype(np.int64), ids.tolist(), wide[:, ::2], np.asfortranarray(ids)]:
            np.testing.assert_array_equal(function(same), expected)

    @pytest.mark.parametrize(
        "ids, error, message",
        [
            (np.zeros((1, 2), np.float32), TypeError, "expected an array of int32"),
            (np.zeros((1, 2), bool), TypeError, "expected an array of int32"),
            ([["a"]], TypeError, "expected an array of int32"),
            (None, TypeError, "expected an array of int32"),
            (np.zeros(3, np.int32), ValueError, r"\[batch, position\], found one of shape \(3,\)"),
            (np.zeros((1, 1, 1), np.int32), ValueError, "found one of shape"),
            (np.zeros((0, 3), np.int32), ValueError, "at least one row"),
            (np.zeros((3, 0), np.int32), ValueError, "at least one row"),
            (np.zeros((1, 7), np.int32), ValueError, "at most 6 positions with BOS, found 7"),
            (np.array([[2**40]]), OverflowError, "fit 32 bits"),
            (np.array([[2**63]], np.uint64), OverflowError, "fit 32 bits"),
        ],
        ids=str,
    )
    def test_wrong_ids(self, reverse, ids, error, message):
        with pytest.raises(error, match=message):
            reverse.lower().jit()(ids)

    def test_unknown_ids_are_read_as_pad(self, reverse):
        function = reverse.lower().jit()
        expected = function(np.array([[3, 0, 1, 4]], np.int32))
        for unknown in [-1, 5, 2**31 - 1, -(2**31)]:
            ids = np.array([[3, 0, 1, unknown]], np.int32)
            np.testing.assert_array_equal(function(ids)[:, :3], expected[:, :3])

    def test_static_sizes(self, reverse):
        function = reverse.lower(options={"batch": "2", "sequence": "4"}).jit()
        ids = np.repeat(encode("abc"), 2, axis=0)
        assert decode(function(ids)) == "cba"
        with pytest.raises(errors.EvaluationError, match="static size"):
            function(ids[:1])
        with pytest.raises(errors.EvaluationError, match="static size"):
            function(ids[:, :3])

    def test_nothing_to_compile(self, reverse):
        with pytest.raises(ValueError, match="'reverse' is not at stage linalg"):
            reverse.jit()


class TestThreads:
    def test_one_module(self, reverse):
        """What is asked at once is answered as what is asked one after another."""
        expected = str(reverse.lower())
        weights = reverse.weights()[0]
        function = reverse.lower().jit()
        logits = function(encode("abc"))

        def work(number: int) -> None:
            assert reverse.interpret(["a", "b"]) == ["b", "a"]
            assert str(reverse.lower()) == expected
            np.testing.assert_array_equal(function(encode("abc")), logits)
            for name, array in reverse.weights()[0].items():
                np.testing.assert_array_equal(array, weights[name])
            with pytest.raises(errors.EvaluationError, match=f"token x{number} at"):
                reverse.interpret([f"x{number}"])

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(40)))

    def test_one_builder(self):
        builder = _core.ProgramBuilder("p", [1, 2], "i64", 4)

        def work(number: int) -> _core.Value:
            constant = builder.constant(number, "i64")
            assert builder.facts(constant).domain.values == [number]
            return builder.lookup([builder.tokens], [[1]], [number], (0,), "i64")

        builder.set_input([1, 2])
        with ThreadPoolExecutor(8) as pool:
            values = list(pool.map(work, range(200)))
        for number, value in enumerate(values):
            assert builder.evaluate(value) == [number, 0]

    def test_errors_of_threads_do_not_mix(self, reverse):
        function = reverse.lower(options={"sequence": "4"}).jit()

        def work(number: int) -> None:
            positions = number % 3 + 1
            with pytest.raises(errors.EvaluationError, match=f"rows of {positions} positions"):
                function(np.full((1, positions), 3, np.int32))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(300)))

    def test_the_lock_of_the_interpreter_is_free(self, reverse):
        module = reverse.lower()
        done = threading.Event()

        def compile() -> None:
            module.jit()
            done.set()

        thread = threading.Thread(target=compile)
        start = time.perf_counter()
        thread.start()
        longest = 0.0
        while not done.is_set():
            now = time.perf_counter()
            longest = max(longest, now - start)
            start = now
            time.sleep(0)
        thread.join()
        # Compiling takes a third of a second or more.
        assert longest < 0.25


class TestStub:
    """What the .pyi says is what there is."""

    @pytest.fixture
    def classes(self) -> list[ast.ClassDef]:
        stub = Path(errors.__file__).with_name("_core.pyi")
        tree = ast.parse(stub.read_text())
        return [node for node in tree.body if isinstance(node, ast.ClassDef)]

    def test_names(self, classes):
        assert {node.name for node in classes} == {
            name for name, value in vars(_core).items() if inspect.isclass(value)
        }
        for node in classes:
            described = {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
            found = {name for name in vars(getattr(_core, node.name)) if name[0] != "_"}
            assert found == {name for name in described if name[0] != "_"}

    def test_parameters(self, classes):
        for node in classes:
            for item in node.body:
                if not isinstance(item, ast.FunctionDef) or item.name in ("__str__", "__call__"):
                    continue
                method = vars(getattr(_core, node.name))[item.name]
                if isinstance(method, property):
                    continue
                arguments = [*item.args.args, *item.args.kwonlyargs]
                described = [argument.arg for argument in arguments if argument.arg != "self"]
                signature = method.__doc__.split("->")[0]
                found = ast.parse(f"def {signature.strip()}: ...").body[0].args
                names = [argument.arg for argument in [*found.args, *found.kwonlyargs]]
                assert [name for name in names if name != "self"] == described
