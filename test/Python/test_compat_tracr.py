# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The API of the drop-in layer: what user code written for Tracr relies on."""

import doctest
import importlib
import pickle
import pkgutil
import subprocess
import sys
import textwrap

import numpy as np
import pytest

import rasp_mlir.compat.tracr
from rasp_mlir import errors
from rasp_mlir.compat.tracr.compiler import (
    assemble,
    compiling,
    lib,
    rasp_to_graph,
    test_cases,
    validating,
)
from rasp_mlir.compat.tracr.craft import bases
from rasp_mlir.compat.tracr.rasp import causal_eval, rasp
from rasp_mlir.compat.tracr.transformer import encoder

tokens, indices = rasp.tokens, rasp.indices
BOS, PAD = "BOS", "PAD"


def compile_model(program, vocab=frozenset("abc"), max_seq_len=6, **options):
    return compiling.compile_rasp_to_model(
        program, vocab, max_seq_len, compiler_bos=BOS, compiler_pad=PAD, **options
    )


MODELS = {
    "reverse": (lambda: lib.make_reverse(tokens), False),
    "hist": (lib.make_hist, False),
    "sort": (lambda: lib.make_sort(tokens, 1 - indices, max_seq_len=6, min_key=1), False),
    "frac_prevs": (lambda: lib.make_frac_prevs(tokens == "a"), False),
    "shift_by": (lambda: lib.shift_by(1, tokens), True),
    "length": (lambda: rasp.numerical(lib.make_length()), True),
    "tokens": (lambda: tokens, False),
    "identity_map": (lambda: rasp.Map(ord, tokens), True),
}


@pytest.fixture(scope="module", params=MODELS)
def model(request):
    make, causal = MODELS[request.param]
    return compile_model(make(), causal=causal)


# Parameters.


def haiku_forward(params, config, ids, pad):
    """Tracr's transformer as its users port it, for one sequence, from the parameters alone."""

    def linear(x, name):
        return x @ np.asarray(params[name]["w"]) + np.asarray(params[name]["b"])

    positions = len(ids)
    x = params["token_embed"]["embeddings"][ids] + params["pos_embed"]["embeddings"][:positions]
    mask = np.array([[key != pad for key in ids]] * positions)
    if config.causal:
        mask &= np.tril(np.ones((positions, positions), dtype=bool))
    for layer in range(config.num_layers):
        attention, mlp = f"transformer/layer_{layer}/attn", f"transformer/layer_{layer}/mlp"
        heads = []
        for head in range(config.num_heads):
            columns = slice(head * config.key_size, (head + 1) * config.key_size)
            query, key, value = (
                linear(x, f"{attention}/{part}")[:, columns] for part in ("query", "key", "value")
            )
            scores = np.where(mask, query @ key.T / np.sqrt(config.key_size), -1e30)
            pattern = np.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(pattern / pattern.sum(axis=1, keepdims=True) @ value)
        x = x + linear(np.concatenate(heads, axis=1), f"{attention}/linear")
        hidden = config.activation_function(linear(x, f"{mlp}/linear_1"))
        x = x + linear(hidden, f"{mlp}/linear_2")
    return x, linear(x, "unembed")


@pytest.mark.parametrize("given", ["a", "abc", "ccabac"])
def test_forward_pass_from_parameters_alone(model, given):
    ids = model.input_encoder.encode([BOS, *given])
    residual, outputs = haiku_forward(model.params, model.model_config, ids, pad=None)
    result = model.apply([BOS, *given])
    np.testing.assert_allclose(residual, result.transformer_output[0], atol=1e-4)
    if isinstance(model.output_encoder, encoder.CategoricalEncoder):
        outputs = outputs.argmax(axis=-1)
        assert outputs[1:].tolist() == result.unembedded[0, 1:].tolist()
    else:
        np.testing.assert_allclose(outputs[1:, 0], result.unembedded[0, 1:], atol=1e-4)
    assert model.output_encoder.decode(outputs.ravel().tolist()[1:]) == pytest.approx(
        result.decoded[1:], abs=1e-4
    )


def test_parameters_have_the_shapes_of_tracr(model):
    config, params = model.model_config, model.params
    width = len(model.residual_labels)
    assert params["token_embed"]["embeddings"].shape == (5, width)
    assert params["pos_embed"]["embeddings"].shape == (7, width)
    inner = config.num_heads * config.key_size
    expected = {"token_embed", "pos_embed", "unembed"}
    for layer in range(config.num_layers):
        shapes = {
            "attn/query": (width, inner),
            "attn/key": (width, inner),
            "attn/value": (width, inner),
            "attn/linear": (inner, width),
            "mlp/linear_1": (width, config.mlp_hidden_size),
            "mlp/linear_2": (config.mlp_hidden_size, width),
        }
        for name, shape in shapes.items():
            module = params[f"transformer/layer_{layer}/{name}"]
            assert module["w"].shape == shape
            assert module["b"].shape == shape[1:]
            expected.add(f"transformer/layer_{layer}/{name}")
    assert set(params) == expected
    assert all(array.dtype == np.float32 for module in params.values() for array in module.values())
    assert (config.dropout_rate, config.layer_norm) == (0, False)
    assert config.activation_function(np.array([-1.0, 2.0])).tolist() == [0, 2]


def test_scaling_by_the_root_of_the_key_size_is_exact(model):
    root = np.sqrt(model.model_config.key_size)
    assert root == 2 ** round(np.log2(root))
    weights = model.model.weights
    for layer in range(model.model_config.num_layers):
        name = f"layers.{layer}.attention.query.weight"
        if name in weights:
            found = model.params[f"transformer/layer_{layer}/attn/query"]["w"] / np.float32(root)
            heads, width, size = weights[name].shape
            found = found.reshape(width, heads, -1).swapaxes(0, 1)
            assert (found[:, :, :size] == weights[name]).all() and not found[:, :, size:].any()


def test_changed_parameters_take_effect():
    model = compile_model(lib.make_reverse(tokens))
    assert model.apply([BOS, *"ab"]).decoded == [BOS, "b", "a"]
    for name in model.params:
        if name.endswith("attn/linear"):
            model.params[name]["w"][:] = 0
    assert model.apply([BOS, *"ab"]).decoded != [BOS, "b", "a"]


# Results.


def test_result_has_the_shapes_of_tracr(model):
    result = model.apply([BOS, "a", "b"])
    config, width = model.model_config, len(model.residual_labels)
    assert len(result.decoded) == 3 and result.decoded[0] == BOS
    assert result.unembedded.shape == (1, 3)
    for blocks in (result.layer_outputs, result.residuals):
        assert [block.shape for block in blocks] == [(1, 3, width)] * (2 * config.num_layers)
    assert [logits.shape for logits in result.attn_logits] == [
        (1, config.num_heads, 3, 3)
    ] * config.num_layers
    assert result.input_embeddings.shape == result.transformer_output.shape == (1, 3, width)
    residual = result.input_embeddings
    for added, after in zip(result.layer_outputs, result.residuals):
        residual = residual + added
        np.testing.assert_array_equal(residual, after)
    np.testing.assert_array_equal(residual, result.transformer_output)


def test_bos_alone(model):
    assert model.apply([BOS]).decoded == [BOS]


def test_same_as_the_model_of_this_package(model):
    for given in ("a", "cab", "bbaacc"):
        own = model.model(list(given))
        result = model.apply([BOS, *given])
        assert own.decoded == pytest.approx(result.decoded[1:], abs=1e-4)
        np.testing.assert_allclose(
            np.stack([result.input_embeddings, *result.residuals])[1:, 0], own.residuals, atol=1e-4
        )


def test_numpy_scalars_are_tokens():
    model = compile_model(rasp.Map(lambda x: x + 1, tokens), {1, 2, 3})
    assert model.apply([BOS, *np.array([1, 3])]).decoded == [BOS, 2, 4]


def test_pickle(model):
    again = pickle.loads(pickle.dumps(model))
    assert again.apply([BOS, "b", "a"]).decoded == model.apply([BOS, "b", "a"]).decoded


# The forward pass as a function.


def test_forward_of_a_batch(model):
    given = [[BOS, *"abc"], [BOS, *"ca", PAD]]
    ids = np.array([model.input_encoder.encode(row) for row in given])
    output = model.forward(model.params, ids)
    for row, unembedded in zip(given, output.unembedded_output):
        alone = model.apply([token for token in row if token != PAD]).unembedded[0]
        np.testing.assert_allclose(unembedded[1 : len(alone)], alone[1:], atol=1e-4)


def test_logits_of_a_compiled_model():
    model = compile_model(lib.make_hist())
    compiled = model.get_compiled_model()
    compiled.use_unembed_argmax = False
    compiled.pad_token = model.input_encoder.encoding_map[PAD]
    ids = np.array([model.input_encoder.encode([BOS, *"aab"])])
    logits = compiled(ids, use_dropout=False).unembedded_output
    assert logits.shape == (1, 4, len(model.output_encoder.encoding_map))
    assert model.output_encoder.decode(logits[0, 1:].argmax(-1)) == [2, 2, 1]


def test_forward_in_jax(model):
    jax = pytest.importorskip("jax", reason="the extra jax is not installed")
    params = jax.tree_util.tree_map(jax.numpy.asarray, model.params)
    ids = jax.numpy.array([model.input_encoder.encode([BOS, *"cab", PAD])])

    def logits(params):
        compiled = model.get_compiled_model()
        compiled.transformer.params = params
        compiled.use_unembed_argmax = False
        return compiled(ids).unembedded_output

    found = jax.jit(model.forward)(params, ids).unembedded_output
    expected = model.forward(model.params, np.asarray(ids)).unembedded_output
    np.testing.assert_allclose(found[:, 1:4], expected[:, 1:4], atol=1e-4)
    gradients = jax.grad(lambda params: (logits(params) ** 2).sum())(params)
    assert any(np.any(np.asarray(leaf)) for leaf in jax.tree_util.tree_leaves(gradients))


@pytest.mark.parametrize("ids", [np.zeros((1, 9), int), np.zeros((1, 0), int), np.zeros(3, int)])
def test_forward_of_a_wrong_shape(ids):
    model = compile_model(lib.make_hist())
    with pytest.raises(ValueError, match=r"shape \[batch, position\] with 1 to 7 positions"):
        model.forward(model.params, ids)


@pytest.mark.parametrize("change", [{"layer_norm": True}, {"dropout_rate": 0.5}])
def test_configurations_without_meaning(change):
    model = compile_model(lib.make_hist())
    for name, value in change.items():
        setattr(model.model_config, name, value)
    with pytest.raises(ValueError, match="compiled models have no"):
        model.get_compiled_model()(np.array([[0, 1]]))


# Encoders.


def test_ids_are_in_the_order_of_tracr():
    model = compiling.compile_rasp_to_model(lib.make_hist(), {"d", "a", "b"}, 3)
    assert model.input_encoder.encoding_map == {
        "a": 0, "b": 1, "compiler_bos": 2, "compiler_pad": 3, "d": 4
    }  # fmt: skip
    model = compile_model(lib.make_hist(), {3, 1, 10})
    assert model.input_encoder.encoding_map == {1: 0, 3: 1, 10: 2, BOS: 3, PAD: 4}


def test_input_encoder():
    found = compile_model(lib.make_hist()).input_encoder
    assert isinstance(found, encoder.CategoricalEncoder) and found.enforce_bos
    assert (found.bos_token, found.pad_token, found.vocab_size) == (BOS, PAD, 5)
    assert found.encode([BOS, "a", PAD]) == [found.bos_encoding, 2, found.pad_encoding]
    assert found.decode([2, 4]) == ["a", "c"]


@pytest.mark.parametrize(
    "given, message",
    [
        ([], "found no tokens"),
        (["a", "b"], "expected the first token to be BOS, 'BOS', found 'a'"),
        ([BOS, "x"], "'x' is not in the vocabulary"),
        ([BOS, ["a"]], r"\['a'\] is not in the vocabulary"),
        ([BOS, *"abcabca"], "expected at most 7 tokens, BOS counted, found 8"),
        ([BOS, "a", BOS], "stands again at position 2"),
        ([BOS, PAD, "a"], "'a' follows PAD"),
    ],
)
def test_inputs_that_no_model_takes(given, message):
    model = compile_model(lib.make_hist())
    with pytest.raises(ValueError, match=message):
        model.apply(given)


@pytest.mark.parametrize("given", [None, 3, tokens])
def test_inputs_that_are_no_list(given):
    model = compile_model(lib.make_hist())
    with pytest.raises(TypeError, match=rf"expected a list of tokens, found {given!r}"):
        model.apply(given)
    numbers, numbers_or_none = encoder.NumericalEncoder(), encoder.NumericalEncoder(9)
    for translator in (model.input_encoder, numbers, numbers_or_none):
        for translate in (translator.encode, translator.decode):
            with pytest.raises(TypeError, match=rf"expected a list of values, found {given!r}"):
                translate(given)


def test_output_encoders():
    hist = compile_model(lib.make_hist()).output_encoder
    assert sorted(hist.encoding_map) == [1, 2, 3, 4, 5, 6]
    assert hist.decode(hist.encode([3, 1])) == [3, 1]
    with pytest.raises(ValueError, match="9 stands for no value: expected one of 0 ... 5"):
        hist.decode([9])
    shares = compile_model(lib.make_frac_prevs(tokens == "a")).output_encoder
    assert isinstance(shares, encoder.NumericalEncoder)
    assert shares.encode([0.5]) == shares.decode([0.5]) == [0.5]
    assert (shares.bos_token, shares.pad_token) == (None, None)
    assert (shares.bos_encoding, shares.pad_encoding) == (None, None)


def test_numerical_encoder_of_none():
    moved = compile_model(rasp.numerical(lib.shift_by(1, tokens)), {1, 2}).output_encoder
    assert moved.decode(moved.encode([None, 2.0])) == [None, 2.0]


def test_making_an_encoder():
    basis = bases.VectorSpaceWithBasis.from_values("tokens", {"b", "a"}).basis
    found = encoder.CategoricalEncoder(basis, max_seq_len=2)
    assert found.encoding_map == {"a": 0, "b": 1}
    with pytest.raises(ValueError, match="expected at most 2 tokens, found 3"):
        found.encode(["a", "a", "a"])
    with pytest.raises(ValueError, match="needs a bos_token"):
        encoder.CategoricalEncoder(basis, enforce_bos=True)
    for role in ("bos_token", "pad_token"):
        with pytest.raises(ValueError, match="'x' has no direction"):
            encoder.CategoricalEncoder(basis, **{role: "x"})


def test_order_of_directions():
    found = bases.VectorSpaceWithBasis.from_values("tokens", [10, BOS, 9]).basis
    assert [str(direction) for direction in found] == ["tokens:9", "tokens:10", "tokens:BOS"]
    space = bases.VectorSpaceWithBasis.from_names(["one"])
    assert bases.BasisDirection("one") in space and space.num_dims == 1


# The encoding of the output.


def test_annotation_decides_how_the_output_is_read():
    numbers = compile_model(rasp.numerical(rasp.Map(lambda x: x * 2, tokens)), {1, 2})
    assert isinstance(numbers.output_encoder, encoder.NumericalEncoder)
    values = compile_model(rasp.categorical(rasp.Map(lambda x: x * 2, tokens)), {1, 2})
    assert values.output_encoder.encoding_map == {2: 0, 4: 1}
    for model in (numbers, values):
        assert model.apply([BOS, 2, 1]).decoded == pytest.approx([BOS, 4, 2])


def test_vocabularies_of_any_kind():
    for vocab in ({"b", "a"}, ["a", "b"], ("b", "a"), iter("ab"), "ab", {"a": 1, "b": 2}, ["a", "b", "a"]):
        model = compile_model(lib.make_hist(), vocab)
        assert model.apply([BOS, "b", "a", "b"]).decoded == [BOS, 2, 1, 2]


# Bad arguments.


def test_bos_or_pad_in_the_vocabulary():
    with pytest.raises(ValueError, match="BOS token 'x' is in the vocabulary.*compiler_bos"):
        compiling.compile_rasp_to_model(lib.make_hist(), {"x", "a"}, 3, compiler_bos="x")
    with pytest.raises(ValueError, match="PAD token 'x' is in the vocabulary.*compiler_pad"):
        compiling.compile_rasp_to_model(lib.make_hist(), {"x", "a"}, 3, compiler_pad="x")
    with pytest.raises(ValueError, match="same name, 'x'"):
        compiling.compile_rasp_to_model(
            lib.make_hist(), {"a"}, 3, compiler_bos="x", compiler_pad="x"
        )


def test_what_is_no_program():
    for program in (lambda x: x, "tokens", rasp.Select(tokens, tokens, rasp.Comparison.EQ)):
        with pytest.raises(TypeError, match="expected an s-op to compile"):
            compile_model(program)
    with pytest.raises(TypeError, match="name of the BOS token to be a string, found None"):
        compiling.compile_rasp_to_model(lib.make_hist(), {"a"}, 3, compiler_bos=None)


def test_bad_contracts():
    for vocab, max_seq_len in ((set(), 3), ({"a"}, 0), ({"a"}, -1)):
        with pytest.raises(ValueError):
            compile_model(lib.make_hist(), vocab, max_seq_len)


def mean_of_strings():
    return rasp.Aggregate(rasp.Select(tokens, tokens, rasp.Comparison.TRUE), tokens)


def test_refused_programs():
    with pytest.raises(NotImplementedError, match="several different values") as raised:
        compile_model(mean_of_strings())
    error = raised.value
    assert isinstance(error, (errors.CompilationError, ValueError))
    assert error.location.file == __file__
    assert isinstance(pickle.loads(pickle.dumps(error)), compiling.UnsupportedProgramError)


# Validation.


def test_nothing_to_report():
    assert validating.validate(lib.make_sort_freq(max_seq_len=3)) == []
    assert validating.validate(lib.make_reverse(tokens), list("abca")) == []
    numbers = rasp.numerical(rasp.Aggregate(rasp.Select(tokens, tokens, rasp.Comparison.EQ), tokens))
    assert validating.static_validate(numbers) == []
    assert validating.dynamic_validate(numbers, [1, 3, 1]) == []


def test_what_is_refused_for_an_input():
    culprit = mean_of_strings()
    program = rasp.Map(lambda text: text + "!", culprit)
    assert validating.static_validate(program) == []
    [found] = validating.validate(program, ["a", "b"])
    assert isinstance(found, validating.TracrUnsupportedExpr)
    assert found.expr is culprit and "several different values" in found.reason
    assert validating.validate(program, ["a", "a"]) == []


def test_functions_that_fail():
    culprit = rasp.Map(lambda x: 1 / x, tokens)
    [found] = validating.dynamic_validate(culprit + indices, [2, 0, 1])
    assert found.expr is culprit and "0" in found.reason
    assert validating.dynamic_validate(culprit, [2, 1]) == []


def test_constants_of_one_length():
    constant = rasp.ConstantSOp([1, 2, 3])
    [found] = validating.static_validate(constant + tokens)
    assert found.expr is constant and "one length" in found.reason
    selector = rasp.ConstantSelector([[True]])
    [found] = validating.validate(rasp.SelectorWidth(selector))
    assert found.expr is selector


@pytest.mark.parametrize("program", [None, rasp.Select(tokens, tokens, rasp.Comparison.EQ)])
def test_validation_of_what_is_no_program(program):
    refused = "expected an s-op to validate, found (None|<Select at)"
    for validate in (validating.static_validate, validating.validate):
        with pytest.raises(TypeError, match=refused):
            validate(program)
    with pytest.raises(TypeError, match=refused):
        validating.dynamic_validate(program, [])


def test_validation_of_an_empty_input():
    assert validating.dynamic_validate(mean_of_strings(), []) == []
    assert validating.validate(mean_of_strings(), []) == []


def test_validation_of_causal_models():
    # Without a mask, the first position averages two strings.
    later = rasp.Aggregate(rasp.Select(indices, indices, rasp.Comparison.GEQ), tokens)
    assert len(validating.validate(later, ["a", "b"])) == 1
    assert validating.validate(later, ["a", "b"], causal=True) == []


@pytest.mark.parametrize(
    "case", test_cases.UNSUPPORTED_TEST_CASES, ids=lambda case: case["testcase_name"]
)
def test_what_tracr_refuses(case):
    program, given, expected = case["program"], case["test_input"], case["expected_output"]
    assert validating.validate(program, given, causal=True) == []
    assert causal_eval.evaluate(program, given) == expected
    model = compile_model(program, case["vocab"], case["max_seq_len"], causal=True)
    assert model.apply([BOS, *given]).decoded[1:] == pytest.approx(expected, abs=1e-4)


# The language and its graph.


def test_length():
    assert isinstance(rasp.length, rasp.LengthType) and not rasp.length.children
    assert rasp.length.label == rasp.length.name == "length"
    assert rasp.LengthType()([5, 6]) == [2, 2]
    model = compile_model(rasp.length * 2)
    assert model.apply([BOS, *"aba"]).decoded == [BOS, 6, 6, 6]


def test_texts_of_expressions():
    assert [repr(sop) for sop in (tokens, indices, rasp.length)] == ["tokens", "indices", "length"]
    assert repr(rasp.numerical(tokens)) == "tokens"
    assert repr(tokens.named("letters")) == "<TokensType 'letters'>"
    assert repr((tokens + 1).named("successor")) == "<Map 'successor'>"
    line = sys._getframe().f_lineno + 1
    assert repr(tokens + 1) == f"<Map at test_compat_tracr.py:{line}>"
    assert str(tokens + rasp.length) == "sequence_map_0 = SequenceMap(`x + y`, tokens, length)"


def test_simplify_has_no_effect():
    every = rasp.Select(tokens, tokens, rasp.Comparison.TRUE)
    for simplify in (True, False):
        assert rasp.selector_and(every, every, simplify=simplify)("a") == [[True]]
        assert rasp.selector_or(every, every, simplify)("a") == [[True]]
        assert rasp.selector_not(every, simplify=simplify)("a") == [[False]]
        for sop in (
            rasp.Map(abs, rasp.Map(abs, tokens), simplify),
            rasp.Map(abs, rasp.Map(abs, tokens), simplify=simplify),
        ):
            assert sop([-1, 2]) == [1, 2] and sop.simplify == simplify


def test_not_of_an_sop():
    assert rasp.sop_not(tokens == "a")("ab") == [False, True]
    with pytest.raises(TypeError, match="operand of sop_not to be an s-op, found 'a'"):
        rasp.sop_not("a")


def test_default_annotations():
    plain = tokens + 1
    assert plain.annotations["name"] == rasp.default_name(plain) == "map"
    assert plain.annotations["encoding"] is rasp.default_encoding(plain)
    assert plain.annotations["encoding"] is rasp.Encoding.CATEGORICAL
    assert dict(plain.given_annotations) == {}
    given = rasp.numerical(plain).named("successor").annotated(author="me")
    assert dict(given.annotations) == dict(given.given_annotations) == {
        "name": "successor", "encoding": rasp.Encoding.NUMERICAL, "author": "me"
    }  # fmt: skip


def test_default_encodings_decide_nothing():
    many = rasp_mlir.Program(indices * 2, [1], 300)
    assert many.compile().config.output == "numerical"
    assert rasp_mlir.compile(rasp.categorical(indices * 2), [1], 300).config.output == "categorical"


def test_none_is_not_selected():
    moved = lib.shift_by(1, tokens)
    for predicate in (lambda key, query: key is None, rasp.Comparison.NEQ):
        select = rasp.Select(moved, tokens, predicate)
        assert [row[0] for row in select("ab")] == [False, False]
        assert [row[0] for row in (~select)("ab")] == [True, True]


def test_evaluators():
    class Reversed(rasp.RASPEvaluator):
        def evaluate(self, expr, xs):
            return rasp.evaluate(expr, xs[::-1])

    assert Reversed().evaluate(tokens, [1, 2]) == [2, 1]
    assert isinstance(causal_eval.CausalEvaluator(), rasp.RASPEvaluator)
    with pytest.raises(TypeError, match="abstract"):
        rasp.RASPEvaluator()


def test_causal_evaluation():
    every = rasp.Select(tokens, tokens, rasp.Comparison.TRUE)
    assert causal_eval.evaluate(every, [1, 2]) == [[True, False], [True, True]]
    assert causal_eval.evaluate(rasp.SelectorWidth(every), [1, 2, 3]) == [1, 2, 3]
    assert causal_eval.CausalEvaluator().evaluate(~every, [1, 2]) == [[False] * 2] * 2
    assert rasp.DefaultRASPEvaluator().evaluate(tokens, "ab") == ["a", "b"]


def test_graph():
    pytest.importorskip("networkx", reason="networkx is not installed")
    shared = tokens + 1
    program = rasp.SequenceMap(lambda x, y: x * y, shared, shared - indices)
    extracted = rasp_to_graph.extract_rasp_graph(program)
    assert extracted.sink["EXPR"] is program
    assert {node["ID"] for node in extracted.sources} == {"tokens", "indices"}
    assert extracted.graph.number_of_nodes() == 5 and extracted.graph.number_of_edges() == 5
    assert set(extracted.graph.predecessors(program.label)) == {
        shared.label, (program.snd).label
    }  # fmt: skip


# The module tree.


def modules():
    package = rasp_mlir.compat.tracr
    return [
        module.name for module in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
    ]


# The public names of Tracr's modules, but for those that docs/coming-from-tracr.md lists.
NAMES = {
    "rasp.rasp": """
        Aggregate Comparison ConstantSOp ConstantSelector DefaultRASPEvaluator Encoding Full
        IndicesType LengthType LinearSequenceMap Map NumericValue Predicate RASPEvaluator RASPExpr
        RASPExprT SOp SOpT Select Selector SelectorAnd SelectorNot SelectorOr SelectorValue
        SelectorWidth SequenceMap TokensType VT Value annotate categorical default_encoding
        default_name evaluate get_encoding indices is_categorical is_numerical length numerical
        selector_and selector_not selector_or sop_not tokens""",
    "rasp.causal_eval": "CausalEvaluator evaluate",
    "compiler.compiling": "COMPILER_BOS COMPILER_PAD compile_rasp_to_model",
    "compiler.lib": """
        detect_pattern length make_count make_count_less_freq make_frac_prevs make_hist make_length
        make_nary_sequencemap make_pair_balance make_reverse make_shuffle_dyck make_shuffle_dyck2
        make_sort make_sort_freq make_sort_unique shift_by""",
    "compiler.validating": "TracrUnsupportedExpr dynamic_validate static_validate validate",
    "compiler.assemble": """
        AssembledTransformerModel AssembledTransformerModelOutput ModelForward""",
    "compiler.test_cases": """
        CAUSAL_TEST_CASES TEST_CASES UNIVERSAL_TEST_CASES UNSUPPORTED_TEST_CASES""",
    "transformer.encoder": "CategoricalEncoder Encoder NumericalEncoder",
}


@pytest.mark.parametrize("module", NAMES)
def test_names_of_tracr(module):
    found = importlib.import_module(f"{rasp_mlir.compat.tracr.__name__}.{module}")
    assert set(NAMES[module].split()) <= set(vars(found))


def test_all_names_of_the_language():
    assert set(rasp.__all__) == set(rasp_mlir.rasp.__all__) | {
        "NumericValue", "RASPExprT", "SOpT", "SelectorValue", "VT", "Value",
        "default_encoding", "default_name",
    }  # fmt: skip
    assert len(rasp.__all__) == len(set(rasp.__all__))


@pytest.mark.parametrize("name", modules())
def test_examples(name):
    assert not doctest.testmod(importlib.import_module(name)).failed


def run(code):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=False
    )


# What a notebook does with Tracr: compile, run, draw the residual stream, port the weights.
NOTEBOOK = """
    import numpy as np
    from tracr.compiler import compile_rasp_to_model, compiling, lib
    from tracr.compiler.assemble import AssembledTransformerModel
    from tracr.rasp import rasp
    from tracr.transformer.encoder import CategoricalEncoder

    def make_length():
        everything = rasp.Select(rasp.tokens, rasp.tokens, rasp.Comparison.TRUE)
        return rasp.SelectorWidth(everything)

    opposite = make_length() - rasp.indices - 1
    flip = rasp.Select(rasp.indices, opposite, rasp.Comparison.EQ)
    reverse = rasp.Aggregate(flip, rasp.tokens)
    model = compiling.compile_rasp_to_model(
        reverse, vocab={1, 2, 3}, max_seq_len=5, compiler_bos="BOS")
    assert isinstance(model, AssembledTransformerModel)
    assert isinstance(model.output_encoder, CategoricalEncoder)
    out = model.apply(["BOS", 1, 2, 3])
    print(out.decoded)

    labels = [label.split(":") for label in model.residual_labels]
    assert all(len(parts) <= 2 for parts in labels)
    stream = np.concatenate([out.input_embeddings[None, ...], out.residuals], axis=0)
    assert stream.shape == (1 + 2 * model.model_config.num_layers, 1, 4, len(labels))

    assert model.params["token_embed"]["embeddings"].shape[0] == 5
    heads, size = model.model_config.num_heads, model.model_config.key_size
    width = model.params["pos_embed"]["embeddings"].shape[1]
    query = np.asarray(model.params["transformer/layer_0/attn/query"]["w"])
    assert query.reshape(width, heads, size).shape[0] == width
"""


def test_notebook_with_unchanged_imports():
    install = "import rasp_mlir.compat.tracr; rasp_mlir.compat.tracr.install()\n"
    result = run(install + textwrap.dedent(NOTEBOOK))
    assert result.returncode == 0, result.stderr
    assert result.stdout == "['BOS', 3, 2, 1]\n"


def test_notebook_with_changed_imports():
    result = run(NOTEBOOK.replace("from tracr.", "from rasp_mlir.compat.tracr."))
    assert result.returncode == 0, result.stderr
    assert result.stdout == "['BOS', 3, 2, 1]\n"


def test_install_beside_another_tracr():
    result = run(
        """
        import sys, types
        sys.modules["tracr"] = types.ModuleType("tracr")
        import rasp_mlir.compat.tracr
        rasp_mlir.compat.tracr.install()
        """
    )
    assert "ImportError: another package named tracr is imported already" in result.stderr


def test_imports_need_numpy_alone():
    result = run(
        """
        import sys
        import rasp_mlir.compat.tracr.compiler.compiling
        for name in ("jax", "torch", "networkx", "haiku"):
            assert name not in sys.modules, name
        """
    )
    assert result.returncode == 0, result.stderr


def test_types_are_those_of_the_language():
    import rasp_mlir

    assert rasp.SOp is rasp_mlir.rasp.SOp
    assert assemble.AssembledTransformerModel.__doc__
