# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models in other frameworks: each gives what the machine code gives."""

import copy
import doctest
import functools
import pickle
import sys
from pathlib import Path

import numpy as np
import pytest

from rasp_mlir import model as model_module
from rasp_mlir._core import Module
from rasp_mlir.model import Model

LIBRARY = Path(__file__).resolve().parents[1] / "Integration" / "Library"
TOLERANCE = 1e-5

# A program and how its contract is changed: categorical and numerical, causal and not,
# without layers, without heads, without hidden units, with several heads.
CASES = [
    ("reverse", ""),
    ("reverse", "causal=true max-seq-len=8"),
    ("hist", "causal=true"),
    ("sort", ""),
    ("frac_prevs", ""),
    ("frac_prevs", "causal=true"),
    ("nary_quotient", ""),
    ("nary_sum", ""),
    ("detect_pattern_a", ""),
    ("shuffle_dyck3", ""),
]
in_all_cases = pytest.mark.parametrize(
    "case", CASES, ids=[" ".join(case).replace(" ", "-").rstrip("-") for case in CASES]
)
with_edits = pytest.mark.parametrize("edited", [False, True], ids=["compiled", "edited"])

FEW_CASES = [("reverse", "max-seq-len=3"), ("frac_prevs", "causal=true"), ("nary_sum", "")]


def extra(name):
    """The module of an optional extra; without it the test is skipped."""
    return pytest.importorskip(name, reason=f"the extra with {name} is not installed")


@functools.lru_cache(maxsize=None)
def compiled(case):
    name, contract = case
    module = Module.parse((LIBRARY / f"{name}.mlir").read_text(), name)
    return Model(module.run_passes(f"rasp-set-contract{{{contract}}}") if contract else module)


def model_of(case, edited=False):
    """A model; `edited` with random numbers as all weights that its machine code reads.

    Compiled weights are large: with noise on them, results depend on how sums are rounded.
    """
    model = copy.deepcopy(compiled(case))
    if edited:
        random = np.random.default_rng(1)
        for name in model.compiled_weights:
            shape = model.weights[name].shape
            model.weights[name] = random.normal(scale=0.2, size=shape)
    return model


def random_ids(config, seed, batch=6):
    """Rows of ids, BOS first, of different lengths with PAD at their ends."""
    random = np.random.default_rng(seed)
    ids = random.integers(0, config.vocab_size, (batch, config.max_seq_len + 1), dtype=np.int32)
    ids[:, 0] = config.bos_id
    for row in ids[1:]:
        row[random.integers(2, len(row) + 1) :] = config.pad_id
    return ids


def without_pad(logits, ids, config):
    """The logits that mean something."""
    return np.asarray(logits)[ids != config.pad_id]


@functools.lru_cache(maxsize=None)
def of_machine_code(case, edited):
    """Ids, and the logits that the machine code gives for them."""
    model = model_of(case, edited)
    function = model.jit()
    inputs = [random_ids(model.config, seed) for seed in range(2)]
    return [(ids, without_pad(function(ids), ids, model.config)) for ids in inputs]


def assert_gives(case, edited, function):
    """That `function` gives the logits of the machine code for ids."""
    config = compiled(case).config
    for ids, expected in of_machine_code(case, edited):
        found = without_pad(function(ids), ids, config)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


@in_all_cases
@with_edits
def test_forward(case, edited):
    model = model_of(case, edited)
    assert_gives(case, edited, model.forward)


# PyTorch.


@in_all_cases
@with_edits
def test_torch(case, edited):
    torch = extra("torch")
    model = model_of(case, edited)
    module = model.to_torch()
    assert isinstance(module, torch.nn.Module)
    with torch.no_grad():
        assert_gives(case, edited, lambda ids: module(torch.tensor(ids)).numpy())
        assert_gives(case, edited, lambda ids: module(torch.tensor(ids).long()).numpy())


@in_all_cases
def test_torch_state_is_that_of_the_weights(case):
    torch = extra("torch")
    model = model_of(case)
    module = model.to_torch()
    assert list(module.state_dict()) == list(model.weights)
    assert all(parameter.requires_grad for parameter in module.parameters())
    other = model_of(case, edited=True)
    tensors = {name: torch.tensor(weight) for name, weight in other.weights.items()}
    module.load_state_dict(tensors)
    with torch.no_grad():
        assert_gives(case, True, lambda ids: module(torch.tensor(ids)).numpy())
    before = {name: weight.copy() for name, weight in model.weights.items()}
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(1)
    for name, weight in model.weights.items():
        np.testing.assert_array_equal(weight, before[name])


def test_torch_can_be_trained():
    torch = extra("torch")
    model = model_of(("hist", ""), edited=True)
    module = model.to_torch()
    ids = torch.tensor(model.encode([list("abca"), list("aabb")])).long()
    targets = torch.tensor(model.output_encoder.encode([[4, 4, 4, 4], [1, 1, 1, 1]]))
    optimizer = torch.optim.Adam(module.parameters(), lr=0.05)
    losses = []
    for _ in range(100):
        optimizer.zero_grad()
        logits = module(ids)[:, 1:].flatten(0, 1)
        loss = torch.nn.functional.cross_entropy(logits, targets.flatten())
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert all(parameter.grad is not None for parameter in module.parameters())
    assert losses[-1] < losses[0] / 10


def test_torch_module_is_ordinary():
    torch = extra("torch")
    model = model_of(("reverse", ""))
    module = model.to_torch()
    ids = torch.tensor(random_ids(model.config, 0)).long()
    expected = module(ids)
    assert torch.equal(pickle.loads(pickle.dumps(module))(ids), expected)
    assert torch.equal(copy.deepcopy(module)(ids), expected)
    assert copy.deepcopy(module).double()(ids).dtype == torch.float64
    exported = torch.export.export(module, (ids,))
    torch.testing.assert_close(exported.module()(ids), expected)
    for bad in (ids[0], torch.zeros(1, 7, dtype=torch.long)):
        with pytest.raises(ValueError, match="with at most 6 positions, found"):
            module(bad)


# TransformerLens.


@in_all_cases
@with_edits
def test_transformer_lens(case, edited):
    torch = extra("torch")
    extra("transformer_lens")
    model = model_of(case, edited)
    bridge = model.to_transformer_lens()
    with torch.no_grad():
        assert_gives(case, edited, lambda ids: bridge(torch.tensor(ids)).numpy())


@in_all_cases
def test_transformer_lens_has_the_activations(case):
    torch = extra("torch")
    extra("transformer_lens")
    model = model_of(case, edited=True)
    bridge = model.to_transformer_lens()
    ids = random_ids(model.config, 1)
    with torch.no_grad():
        logits, cache = bridge.run_with_cache(torch.tensor(ids))
    expected, activations = model.run_with_cache(ids)
    np.testing.assert_allclose(
        without_pad(logits, ids, model.config),
        without_pad(expected, ids, model.config),
        atol=TOLERANCE,
        rtol=TOLERANCE,
    )
    for name, activation in activations.items():
        found = cache[name].numpy()
        assert found.shape == activation.shape, name
        if activation.shape[:2] == ids.shape:
            found = without_pad(found, ids, model.config)
            activation = without_pad(activation, ids, model.config)
        np.testing.assert_allclose(found, activation, atol=TOLERANCE, rtol=TOLERANCE, err_msg=name)


def test_transformer_lens_hooks_intervene():
    torch = extra("torch")
    extra("transformer_lens")
    model = model_of(("reverse", ""))
    bridge = model.to_transformer_lens()
    ids = torch.tensor(model.encode(["a", "b", "c"]))[None]
    clean = bridge(ids)

    def zero(activation, hook):
        return torch.zeros_like(activation)

    for name in ("attn.hook_z", "attn.hook_pattern", "attn.hook_attn_scores", "hook_attn_out"):
        changed = bridge.run_with_hooks(ids, fwd_hooks=[(f"blocks.1.{name}", zero)])
        assert not torch.allclose(changed, clean, atol=1e-2), name
    assert torch.equal(bridge(ids), clean)

    def attend_to_itself(scores, hook):
        return torch.where(torch.eye(scores.shape[-1], dtype=torch.bool), 0.0, -torch.inf)

    hooks = [("blocks.1.attn.hook_attn_scores", attend_to_itself)]
    changed = bridge.run_with_hooks(ids, fwd_hooks=hooks)
    assert model.decode(changed[0, 1:].detach().numpy()) == ["a", "b", "c"]


def test_transformer_lens_has_the_weights():
    torch = extra("torch")
    extra("transformer_lens")
    model = model_of(("sort", ""), edited=True)
    bridge = model.to_transformer_lens()
    for layer in range(model.config.num_layers):
        attention, mlp = bridge.blocks[layer].attn, bridge.blocks[layer].mlp
        for found, name in (
            (attention.W_Q, "attention.query.weight"),
            (attention.W_K, "attention.key.weight"),
            (attention.W_V, "attention.value.weight"),
            (attention.W_O, "attention.output.weight"),
            (attention.b_Q, "attention.query.bias"),
            (attention.b_O, "attention.output.bias"),
            (mlp.W_in, "mlp.input.weight"),
            (mlp.b_in, "mlp.input.bias"),
            (mlp.W_out, "mlp.output.weight"),
        ):
            expected = torch.tensor(model.weights[f"layers.{layer}.{name}"])
            assert torch.equal(found.detach(), expected), name
    assert torch.equal(bridge.W_E.detach(), torch.tensor(model.weights["embedding.tokens"]))
    assert torch.equal(bridge.W_pos.detach(), torch.tensor(model.weights["embedding.positions"]))
    assert torch.equal(bridge.W_U.detach(), torch.tensor(model.unembedding.weight))
    assert torch.equal(bridge.b_U.detach(), torch.tensor(model.unembedding.bias))


# JAX and StableHLO.


@in_all_cases
@with_edits
def test_jax(case, edited):
    jax = extra("jax")
    model = model_of(case, edited)
    function, params = model.to_jax()
    assert list(params) == list(model.weights)
    jitted = jax.jit(function)
    assert_gives(case, edited, lambda ids: jitted(params, ids))


@pytest.mark.parametrize("case", FEW_CASES)
def test_jax_without_jit_and_with_vmap(case):
    jax = extra("jax")
    function, params = model_of(case).to_jax()
    assert_gives(case, False, lambda ids: function(params, ids))
    of_rows = jax.jit(jax.vmap(function, (None, 0)))
    assert_gives(case, False, lambda ids: of_rows(params, ids[:, None])[:, 0])


def test_jax_gradients():
    jax = extra("jax")
    model = model_of(("hist", ""))
    function, params = model.to_jax()
    ids = model.encode([list("abca"), list("ab")])

    def loss(params):
        return function(params, ids)[:, 1:].sum()

    gradients = jax.jit(jax.grad(loss))(params)
    assert jax.tree.structure(gradients) == jax.tree.structure(params)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())
    np.testing.assert_allclose(gradients["unembedding.bias"], 8)
    for bad in (ids[0], np.zeros((1, 7), int)):
        with pytest.raises(ValueError, match="with at most 6 positions, found"):
            function(params, bad)


@pytest.mark.parametrize("case", FEW_CASES)
@with_edits
def test_stablehlo_runs(case, edited):
    extra("jax")
    model = model_of(case, edited)
    positions = model.config.max_seq_len + 1
    assert_gives(case, edited, model.to_stablehlo().exported.call)
    fixed = model.to_stablehlo(batch=6, sequence=positions)
    assert_gives(case, edited, fixed.exported.call)
    assert f"tensor<6x{positions}xi32>" in fixed.text
    assert str(fixed) == fixed.text
    assert fixed.bytecode.startswith(b"ML\xefR")
    assert model.config.name in repr(fixed)


@pytest.mark.parametrize("case", FEW_CASES)
def test_xla_compiles_the_text(case):
    """The text alone, in XLA's client, without what JAX knows of it."""
    jax = extra("jax")
    from jax.interpreters import mlir as jax_mlir

    model = model_of(case)
    ids = random_ids(model.config, 0)
    text = model.to_stablehlo(batch=ids.shape[0], sequence=ids.shape[1]).text
    device = jax.devices("cpu")[0]
    devices = jax._src.lib._jax.DeviceList((device,))
    options = jax._src.lib.xla_client.CompileOptions()
    with jax_mlir.make_ir_context():
        module = jax_mlir.ir.Module.parse(text)
        executable = device.client.compile_and_load(module, devices, options)
    [[logits]] = executable.execute_sharded(
        [jax.device_put(ids, device)]
    ).disassemble_into_single_device_arrays()
    expected = without_pad(model.forward(ids), ids, model.config)
    found = without_pad(logits, ids, model.config)
    np.testing.assert_allclose(found, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("sizes", [{"batch": 0}, {"sequence": 0}, {"sequence": 7}, {"batch": -1}])
def test_stablehlo_sizes_that_a_model_does_not_have(sizes):
    extra("jax")
    with pytest.raises(ValueError, match=f"expected {next(iter(sizes))} to be at least 1"):
        model_of(("hist", "")).to_stablehlo(**sizes)


# IREE.


@pytest.mark.parametrize("case", FEW_CASES)
def test_iree(case):
    extra("iree.compiler")
    model = model_of(case, edited=True)
    iree_model = model.to_iree()
    assert_gives(case, True, iree_model)
    assert iree_model(model.encode([model.config.vocab[0]])).shape == (2, model.config.num_outputs)
    assert model.config.name in repr(iree_model)
    with pytest.raises(ValueError, match="begin with the id of BOS"):
        iree_model([0])


@pytest.mark.parametrize(
    "options",
    [{}, {"weights": "resource"}, {"weights": "inline", "batch": 6, "sequence": 6}],
    ids=["default", "resource", "static"],
)
def test_iree_takes_the_module_as_it_is(options):
    compiler, runtime = extra("iree.compiler"), extra("iree.runtime")
    case = ("hist", "")
    model = model_of(case)
    flatbuffer = compiler.compile_str(
        model.mlir("linalg", **options),
        target_backends=["llvm-cpu"],
        extra_args=["--iree-llvmcpu-target-cpu=host"],
    )
    context = runtime.SystemContext(config=runtime.Config("local-task"))
    module = runtime.VmModule.copy_buffer(context.instance, flatbuffer)
    context.add_vm_module(module)
    function = context.modules[module.name][model.config.name]
    assert_gives(case, False, lambda ids: function(ids).to_host())


# All of them.


def callables(model):
    """The model in the frameworks, as functions of arrays of ids [batch, position]."""
    torch, jax = extra("torch"), extra("jax")
    extra("transformer_lens")
    module, bridge = model.to_torch(), model.to_transformer_lens()
    function, params = model.to_jax()
    return {
        "torch": lambda ids: module(torch.tensor(ids)),
        "transformer_lens": lambda ids: bridge(torch.tensor(ids)),
        "jax": lambda ids: function(params, ids),
        "jax, an array of its own": lambda ids: function(params, jax.numpy.array(ids)),
    }


def test_ids_that_forward_refuses():
    model = model_of(("hist", ""))
    bos = model.config.bos_id
    bad_ids = [
        np.array([[bos, 99]]),
        np.array([[bos, -4]]),
        np.array([[bos, 0], [0, bos]]),
        np.array([[bos, 0.0]]),
        np.array([[True, False]]),
    ]
    for name, function in callables(model).items():
        for ids in bad_ids:
            with pytest.raises((TypeError, ValueError)) as expected:
                model.forward(ids)
            message = str(expected.value).partition(", found")[0]
            with pytest.raises(expected.type, match=message):
                function(ids)
                pytest.fail(f"{name} takes {ids.tolist()}")


def test_ids_that_are_not_known():
    """Checks do not stand in the way of tracing."""
    torch, jax = extra("torch"), extra("jax")
    model = model_of(("hist", ""))
    module = model.to_torch()
    ids = torch.tensor(random_ids(model.config, 0)).long()
    expected = module(ids)
    assert torch.equal(torch.vmap(module)(ids[:, None])[:, 0], expected)
    exported = torch.export.export(module, (ids,)).module()
    assert torch.equal(exported(ids), expected)
    function, params = model.to_jax()
    with pytest.raises(TypeError, match="expected integer ids, found an array of float32"):
        jax.jit(function)(params, jax.numpy.zeros((1, 2)))


ADAPTERS = {
    "to_torch": ("torch", "torch"),
    "to_transformer_lens": ("transformer_lens", "'transformer-lens>=4'"),
    "to_jax": ("jax", "'jax>=0.4.30'"),
    "to_stablehlo": ("jax", "'jax>=0.4.30'"),
    "to_iree": ("iree", "iree-base-compiler iree-base-runtime"),
}


@pytest.mark.parametrize("method", ADAPTERS)
def test_without_the_extra(method, monkeypatch):
    package, requirements = ADAPTERS[method]
    for module in list(sys.modules):
        if module.startswith("rasp_mlir.adapters."):
            monkeypatch.delitem(sys.modules, module)
        elif module == package or module.startswith(f"{package}."):
            monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match=f"pip install {requirements} "):
        getattr(model_of(("hist", "")), method)()


@pytest.mark.parametrize("method", ADAPTERS)
def test_examples(method):
    package, _ = ADAPTERS[method]
    extra({"iree": "iree.compiler"}.get(package, package))
    [test] = doctest.DocTestFinder(recurse=False).find(
        getattr(Model, method), method, module=model_module
    )
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0
