# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models: running, looking inside, changing."""

import dataclasses
import doctest
import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_testing import LIBRARY, NAMES, load_library, with_values

from rasp_mlir import encoders, model_source
from rasp_mlir import model as model_module
from rasp_mlir.errors import CompilationError, ParseError, RaspError
from rasp_mlir.model import Model


@pytest.fixture(scope="module")
def reverse():
    return Model.from_mlir(LIBRARY / "reverse.mlir")


@pytest.fixture
def editable():
    return Model.from_mlir(LIBRARY / "reverse.mlir")


@pytest.fixture(scope="module")
def of_numbers():
    """An echo whose tokens are numbers."""
    return Model.from_mlir(
        """rasp.program @echo(%tokens: !rasp.sop<f64>) -> !rasp.sop<f64>
            attributes {vocab = [0.0, 1.0, 0.1], max_seq_len = 3, output = "categorical"} {
          rasp.return %tokens : !rasp.sop<f64>
        }"""
    )


def examples_of(module):
    """Those that need no extra."""
    found = doctest.DocTestFinder(exclude_empty=True).find(module)
    return [test for test in found if test.examples and ".to_" not in test.name]


@pytest.mark.parametrize(
    "test",
    [test for module in (encoders, model_module, model_source) for test in examples_of(module)],
    ids=lambda test: test.name,
)
def test_examples(test):
    assert doctest.DocTestRunner().run(test).failed == 0


# Running.


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("contract", ["", "causal=true max-seq-len=4"])
def test_gives_what_the_interpreter_gives(name, contract):
    module = load_library(name, contract)
    model = Model(module)
    vocab = model.config.vocab[:3]
    inputs = [
        list(tokens)
        for length in (1, 2, 3)
        for tokens in itertools.product(vocab, repeat=length)
    ]
    for tokens, decoded in zip(inputs, model(inputs).decoded):
        expected = module.interpret(tokens)
        assert model(tokens).decoded == pytest.approx(decoded, abs=1e-5)
        if model.config.output == "categorical":
            assert decoded == expected
        else:
            assert decoded == pytest.approx([float(value) for value in expected], abs=1e-4)


def test_interpret(reverse):
    assert reverse.interpret("abc") == reverse.interpret(["BOS", *"abc"]) == ["c", "b", "a"]
    assert with_values([(1,), (2,)]).interpret([(2,), (1,)]) == [(2,), (1,)]
    with pytest.raises(ValueError, match="expected one sequence to interpret, found a batch"):
        reverse.interpret([["a"], ["b"]])
    with pytest.raises(ValueError, match="'e' at position 0 is not in the vocabulary"):
        reverse.interpret("e")


def test_bos_is_given_back_where_it_was_given(reverse):
    without, with_bos = reverse(["a", "b", "c"]), reverse(["BOS", "a", "b", "c"])
    assert without.decoded == ["c", "b", "a"]
    assert with_bos.decoded == ["BOS", "c", "b", "a"]
    assert without.tokens == ["a", "b", "c"]
    assert with_bos.tokens == ["BOS", "a", "b", "c"]
    assert without.logits.shape == (3, 4)
    assert with_bos.logits.shape == (4, 4)
    np.testing.assert_array_equal(without.logits, with_bos.logits[1:])
    np.testing.assert_array_equal(without.ids, with_bos.ids)


def test_batch(reverse):
    output = reverse([["a"], ["b", "c", "d"], ["a", "b"]])
    assert output.decoded == [["a"], ["d", "c", "b"], ["b", "a"]]
    assert output.tokens == [["a"], ["b", "c", "d"], ["a", "b"]]
    assert output.logits.shape == (3, 3, 4)
    assert output.ids.tolist() == [[4, 0, 5, 5], [4, 1, 2, 3], [4, 0, 1, 5]]
    with_bos = reverse([["BOS", "a"], ["BOS", "b", "c"]])
    assert with_bos.decoded == [["BOS", "a"], ["BOS", "c", "b"]]
    assert with_bos.logits.shape == (2, 3, 4)


@settings(max_examples=30, deadline=None)
@given(rows=st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), min_size=1))
def test_rows_of_a_batch_do_not_touch_each_other(reverse, rows):
    output = reverse(rows)
    assert output.decoded == [row[::-1] for row in rows]
    for row, logits in zip(rows, output.logits):
        np.testing.assert_allclose(reverse(row).logits, logits[: len(row)], atol=1e-6)


@pytest.mark.parametrize(
    "tokens",
    [
        "abc",
        ("a", "b", "c"),
        iter("abc"),
        np.array(["a", "b", "c"]),
        np.array(["a", "b", "c"], dtype=object),
        [np.str_("a"), "b", np.array("c")],
        ["a", "b", "c", "PAD", "PAD"],
        np.array(["BOS", "a", "b", "c"])[1:],
    ],
)
def test_kinds_of_sequences(reverse, tokens):
    assert reverse(tokens).decoded == ["c", "b", "a"]


@pytest.mark.parametrize(
    "rows",
    [
        [["a", "b"], ["c", "d"]],
        [("a", "b"), ("c", "d")],
        (["a", "b"], "cd"),
        [np.array(["a", "b"]), ["c", "d", "PAD"]],
        np.array([["a", "b"], ["c", "d"]]),
        np.array([["a", "b", "PAD"], ["c", "d", "PAD"]]),
    ],
)
def test_kinds_of_batches(reverse, rows):
    assert reverse(rows).decoded == [["b", "a"], ["d", "c"]]


def test_tensors_as_tokens(of_numbers):
    torch = pytest.importorskip("torch", reason="the extra torch is not installed")
    assert of_numbers(torch.tensor([0, 1])).decoded == [0, 1]
    assert of_numbers(torch.tensor([[0, 1], [1, 1]])).decoded == [[0, 1], [1, 1]]
    assert of_numbers([torch.tensor(1), 0]).decoded == [1, 0]


@pytest.mark.parametrize(
    "one",
    [1, 1.0, True, np.int64(1), np.uint8(1), np.float32(1), np.bool_(True), Fraction(1), 1 + 0j],
)
def test_equal_tokens_are_the_same(of_numbers, one):
    assert of_numbers([one, 0]).decoded == [1, 0]
    assert of_numbers.encode([one]).tolist() == [3, 1]


def test_tuples_as_tokens():
    model = with_values([("a", 1), ("b", 2)])
    assert model([("a", 1), ("b", 2)]).decoded == [("a", 1), ("b", 2)]
    assert model([[("a", 1)], [("b", 2), ("a", 1)]]).decoded == [[("a", 1)], [("b", 2), ("a", 1)]]
    with pytest.raises(ValueError, match=r"\('a', 2\) at position 0 is not in the vocabulary"):
        model([("a", 2)])


def test_python_values_stand_for_those_of_the_ir():
    model = with_values([math.inf, frozenset("ab")], {"0": None, "1": 1j})
    assert model([math.inf, frozenset("ba")]).decoded == [None, 1j]
    assert model.config.vocab == (math.inf, frozenset("ab"))
    assert model.config.outputs == (None, 1j)
    with pytest.raises(ValueError, match="expected 2 values for the tokens of 'echo', found 1"):
        with_values(["a"])


BAD_TOKENS = [
    ([], ValueError, "at least one token, found an empty sequence"),
    ("", ValueError, "at least one token, found an empty sequence"),
    (["BOS"], ValueError, "found BOS alone"),
    (["PAD"], ValueError, "found an empty sequence"),
    ([["a"], []], ValueError, "at least one token in sequence 1 of the batch"),
    (["a"] * 6, ValueError, r"at most 5 tokens \(max_seq_len\), BOS not counted, found 6"),
    ([["a"], ["a"] * 6], ValueError, "found 6 in sequence 1"),
    (["a", "e"], ValueError, "'e' at position 1 is not in the vocabulary: expected one of 'a'"),
    ([["a"], ["b", "e"]], ValueError, "'e' at position 1 of sequence 1 is not in the vocabulary"),
    (["A"], ValueError, "did you mean 'a'?"),
    (["bos", "a"], ValueError, "did you mean 'BOS'?"),
    (["abc"], ValueError, r"a sequence of its characters is written \['a', 'b', 'c'\]"),
    (["a", "BOS"], ValueError, "BOS, 'BOS', may stand only in front .* found at position 1"),
    (["BOS", "BOS"], ValueError, "BOS, 'BOS', may stand only in front .* found at position 1"),
    (["PAD", "a"], ValueError, "PAD, 'PAD', may stand only at the end .* found at position 0"),
    ([["BOS", "a"], ["a"]], ValueError, "sequence 0 of the batch begins with BOS.* sequence 1"),
    (["a", ["b"]], TypeError, r"position 1 is unhashable.* \['b'\], a list"),
    ([{}], TypeError, "position 0 is unhashable"),
    ([["a"], 5], TypeError, "found 5, an int, in place of sequence 1"),
    (5, TypeError, "expected a sequence of tokens, or a batch of such sequences, found 5"),
    (None, TypeError, "expected a sequence of tokens.* found None"),
    ({"a": 1}, TypeError, "found a dict, which has no order"),
    ({"a"}, TypeError, "found a set, which has no order"),
    (np.array("a"), TypeError, "found 0 dimensions"),
    (np.full((1, 1, 1), "a"), TypeError, "found 3 dimensions"),
    (np.zeros((0, 3)), ValueError, "at least one token"),
    ([math.nan], ValueError, "nan at position 0 is not in the vocabulary"),
    ([None], ValueError, "None at position 0 is not in the vocabulary"),
    ([b"a"], ValueError, "b'a' at position 0 is not in the vocabulary"),
]


@pytest.mark.parametrize("tokens, kind, message", BAD_TOKENS)
def test_bad_tokens(reverse, tokens, kind, message):
    for function in (reverse, reverse.encode):
        with pytest.raises(kind, match=message):
            function(tokens)


def test_near_misses_of_numbers(of_numbers):
    with pytest.raises(ValueError, match=r"did you mean 1 \(an int, not a str\)"):
        of_numbers(["1"])
    with pytest.raises(ValueError, match="did you mean 0.1"):
        of_numbers(np.array([0.1], dtype=np.float32))
    model = with_values(["ab", "c"])
    with pytest.raises(ValueError, match=r"a sequence of one token is written \['ab'\]"):
        model("ab")


@settings(max_examples=100, deadline=None)
@given(
    tokens=st.recursive(
        st.none()
        | st.booleans()
        | st.floats()
        | st.text(max_size=3)
        | st.sampled_from(["a", "BOS", "PAD"]),
        lambda inner: st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=1), inner, max_size=2),
        max_leaves=8,
    )
)
def test_any_input_runs_or_is_refused(reverse, tokens):
    try:
        output = reverse(tokens)
    except (TypeError, ValueError):
        return
    assert len(output.decoded) >= 1


# Ids.


@settings(max_examples=30, deadline=None)
@given(
    tokens=st.lists(st.sampled_from("abcd"), min_size=1, max_size=5),
    has_bos=st.booleans(),
)
def test_encode_and_forward(reverse, tokens, has_bos):
    ids = reverse.encode(["BOS", *tokens] if has_bos else tokens)
    assert ids.dtype == np.int32
    assert reverse.input_encoder.decode(ids) == ["BOS", *tokens]
    logits = reverse.forward(ids)
    assert logits.dtype == np.float32
    np.testing.assert_array_equal(logits[1:], reverse(tokens).logits)
    assert reverse.decode(logits[1:]) == tokens[::-1]
    np.testing.assert_array_equal(reverse.forward(ids[np.newaxis])[0], logits)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.uint64])
def test_integers_of_any_kind_as_ids(reverse, dtype):
    np.testing.assert_array_equal(
        reverse.forward(np.array([4, 0], dtype=dtype)), reverse.forward([4, 0])
    )


BAD_IDS = [
    ([4.0, 0.0], TypeError, "expected integer ids, found an array of float64"),
    (["BOS", "a"], TypeError, "Model.encode makes ids"),
    ([True, False], TypeError, "found an array of bool"),
    ([], (TypeError, ValueError), "expected"),
    (3, ValueError, r"found the shape \(\)"),
    (np.zeros((1, 1, 1), int), ValueError, r"found the shape \(1, 1, 1\)"),
    (np.zeros((2, 0), int), ValueError, r"found the shape \(2, 0\)"),
    ([4, 6], ValueError, "expected ids from 0 to 5, that of PAD, found 6"),
    ([4, -1], ValueError, "found -1"),
    ([4, 2**40], ValueError, f"found {2**40}"),
    ([0, 1], ValueError, r"begin with the id of BOS, 4, found \[0\]"),
    ([4] + [0] * 6, ValueError, "at most 6 positions, BOS counted, found 7"),
]


@pytest.mark.parametrize("ids, kind, message", BAD_IDS)
def test_bad_ids(reverse, ids, kind, message):
    for function in (reverse.forward, reverse.run_with_cache, reverse.jit()):
        with pytest.raises(kind, match=message):
            function(ids)


def test_input_encoder(reverse):
    encoder = reverse.input_encoder
    assert encoder.ids == {"a": 0, "b": 1, "c": 2, "d": 3, "BOS": 4, "PAD": 5}
    assert encoder.decode(np.array([[4, 0], [4, 5]])) == [["BOS", "a"], ["BOS", "PAD"]]
    with pytest.raises(ValueError, match="expected ids from 0 to 5, found 6"):
        encoder.decode([6])
    with pytest.raises(TypeError, match="expected integer ids"):
        encoder.decode(["a"])


def test_output_encoder(reverse):
    encoder = reverse.output_encoder
    assert encoder.encode([["a", "d"], ["b", "c"]]).tolist() == [[0, 3], [1, 2]]
    assert encoder.decode(np.eye(4)[[[1, 0]]]) == [["b", "a"]]
    with pytest.raises(ValueError, match="'D' is no output of the model.* did you mean 'd'"):
        encoder.encode(["D"])
    with pytest.raises(ValueError, match=r"expected logits \[..., 4\], found the shape \(2, 3\)"):
        encoder.decode(np.zeros((2, 3)))


def test_output_encoder_of_numbers():
    encoder = encoders.OutputEncoder(None, none_code=-8.0)
    values = [[0.25, None], [None, 1.0]]
    encoded = encoder.encode(values)
    assert encoded.dtype == np.float32
    assert encoder.decode(encoded[..., np.newaxis]) == values
    with pytest.raises(ValueError, match="never gives None"):
        encoders.OutputEncoder(None).encode([None])


# Looking inside.


@pytest.mark.parametrize("name", NAMES)
def test_config_and_labels(name):
    model = Model(load_library(name))
    config = model.config
    contract = load_library(name).contract()
    assert config.name == contract["name"]
    assert list(config.vocab) == contract["vocab"]
    assert config.max_seq_len == contract["max_seq_len"]
    assert config.causal == contract["causal"]
    assert len(model.residual_labels) == config.d_model
    assert len(model.head_labels) == len(model.unit_labels) == config.num_layers
    assert all(len(labels) <= config.num_heads for labels in model.head_labels)
    assert all(len(labels) <= config.d_mlp for labels in model.unit_labels)
    assert config.name in repr(model)
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.d_model = 1


@pytest.mark.parametrize("name", NAMES)
def test_shapes_inside(name):
    model = Model(load_library(name))
    config = model.config
    batch = [list(config.vocab[:1]), [config.vocab[0]] * 3]
    for tokens, lead in ((batch, (2,)), (batch[1], ())):
        output = model(tokens)
        stream = (2 * config.num_layers, *lead, 4, config.d_model)
        assert output.residuals.shape == output.layer_outputs.shape == stream
        assert len(output.attention) == config.num_layers
        for attention in output.attention:
            assert attention.pattern.shape == (*lead, config.num_heads, 4, 4)
            assert attention.logits.shape == (*lead, config.num_heads, 4, 4)
            np.testing.assert_allclose(attention.pattern.sum(axis=-1), 1, atol=1e-6)
        if config.num_layers:
            before = output.activations["blocks.0.hook_resid_pre"]
            np.testing.assert_allclose(
                output.residuals[-1], before + output.layer_outputs.sum(axis=0), atol=1e-4
            )
            logits = output.residuals[-1] @ model.unembedding.weight + model.unembedding.bias
            np.testing.assert_allclose(logits[..., 1:, :], output.logits, atol=1e-4)


def test_pad_is_not_attended_to(reverse):
    attention = reverse([["a"], ["a", "b", "c"]]).attention[0]
    assert (attention.logits[0, :, :, 2:] == -np.inf).all()
    assert (attention.pattern[0, :, :, 2:] == 0).all()


def test_causal_attention():
    pattern = Model(load_library("hist", "causal=true"))("abcd").attention[0].pattern
    assert (pattern == np.tril(pattern)).all()


def test_output_is_for_people_to_read(reverse):
    assert repr(reverse("ab")) == "ModelOutput(tokens=['a', 'b'], decoded=['b', 'a'])"
    lines = repr(reverse([["a", "b"]] * 20)).splitlines()
    assert lines[1] == "  ['a', 'b'] -> ['b', 'a']"
    assert lines[-2] == "  ... (20 in all)"
    output = reverse("ab")
    with pytest.raises(dataclasses.FrozenInstanceError):
        output.logits = None


def test_mlir(reverse):
    assert "rasp.aggregate" in reverse.mlir("rasp")
    assert "craft.transformer" in reverse.mlir("craft-layers")
    assert "tensor<?x?xi32>" in reverse.mlir()
    assert "tensor<2x4xi32>" in reverse.mlir("linalg", batch=2, sequence=4)
    assert "loc(" in reverse.mlir("rasp", locations=True)
    assert len(reverse.mlir(elide_weights=True)) < len(reverse.mlir())
    with pytest.raises(ValueError, match="expected one of the stages rasp, .* found 'llvm'"):
        reverse.mlir("llvm")
    with pytest.raises(CompilationError, match="nonsense"):
        reverse.mlir("linalg", weights="nonsense")
    with pytest.raises(ValueError, match="no-such-option"):
        reverse.mlir("linalg", no_such_option=1)
    with pytest.raises(ValueError, match="batch"):
        reverse.mlir("linalg", batch="x")


def test_from_mlir(tmp_path):
    text = (LIBRARY / "hist.mlir").read_text()
    path = tmp_path / "hist.mlir"
    path.write_text(text)
    for source in (text, path, str(path)):
        assert Model.from_mlir(source)("aa").decoded == [2, 2]
    with pytest.raises(FileNotFoundError):
        Model.from_mlir("no-such-file.mlir")
    with pytest.raises(FileNotFoundError):
        Model.from_mlir(tmp_path / "none")
    with pytest.raises(ParseError):
        Model.from_mlir("rasp.program")
    two = text + text.replace("@hist", "@other")
    assert Model.from_mlir(two, "other").config.name == "other"
    with pytest.raises((RaspError, ValueError), match="hist"):
        Model.from_mlir(two)
    with pytest.raises((RaspError, ValueError), match="third"):
        Model.from_mlir(two, "third")


def test_options():
    text = (LIBRARY / "hist.mlir").read_text()
    models = [
        Model.from_mlir(text, options={"selector-width": way}) for way in ("linear", "reciprocal")
    ]
    assert models[0].config.d_mlp < models[1].config.d_mlp
    assert models[0]("aab").decoded == models[1]("aab").decoded == [2, 2, 1]


# Changing weights.


def test_weights_are_those_of_the_model(editable):
    before = editable("ab").logits
    bias = editable.weights["unembedding.bias"]
    assert bias.dtype == np.float32 and bias.flags.writeable
    bias += 1
    np.testing.assert_array_equal(editable("ab").logits, before + 1)
    editable.weights["unembedding.bias"] = bias - 1
    np.testing.assert_array_equal(editable("ab").logits, before)
    assert editable.weights["unembedding.bias"] is bias
    assert editable.unembedding.bias is bias
    editable.unembedding.weight[...] = 0
    assert editable("ab").decoded == ["a", "a"]


def test_bad_changes_of_weights(editable):
    with pytest.raises(KeyError, match="the model has no weight 'bias'"):
        editable.weights["bias"] = np.zeros(3)
    with pytest.raises(ValueError, match=r"to have the shape \(4,\), found \(\)"):
        editable.weights["unembedding.bias"] = 0
    with pytest.raises(KeyError):
        editable.weights["bias"]


def test_activations_belong_to_the_logits(editable):
    output = editable("ab")
    seen = editable("ab")
    seen.residuals
    editable.weights["unembedding.bias"][...] += 1
    with pytest.raises(RuntimeError, match="weights of the model were changed"):
        output.residuals
    assert seen.residuals.shape == (4, 3, 19)


def test_weights_that_the_function_does_without(editable):
    editable.weights["unembedding.bias"][...] += 1
    np.testing.assert_allclose(
        editable.jit()(editable.encode("ab"))[1:], editable("ab").logits, atol=1e-5
    )
    with pytest.raises(ValueError, match='pass weights="argument"'):
        editable.mlir("linalg")
    assert "rasp.weight" in editable.mlir("linalg", weights="argument")
    assert "layers.1.mlp.output.bias" not in editable.compiled_weights
    editable.weights["layers.1.mlp.output.bias"][0] = 1
    with pytest.raises(ValueError, match="'layers.1.mlp.output.bias' was changed"):
        editable.jit()


def test_compiled_weights_are_the_arguments(reverse):
    text = reverse.mlir("linalg", weights="argument", elide_weights=True)
    names = [part.split('"')[1] for part in text.split("rasp.weight = ")[1:]]
    assert names == reverse.compiled_weights


@pytest.mark.parametrize("name", NAMES)
def test_jit_gives_the_same(name):
    model = Model(load_library(name))
    vocab = model.config.vocab
    ids = model.encode([list(vocab[:2]), [vocab[0]] * 3])
    compiled = model.jit()
    lengths = [3, 4]
    for length, found, expected in zip(lengths, compiled(ids), model.forward(ids)):
        np.testing.assert_allclose(found[:length], expected[:length], atol=1e-5)
    assert compiled(ids[1]).shape == (4, model.config.num_outputs)
    assert model.config.name in repr(compiled)
