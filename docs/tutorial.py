# Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

# %% [markdown]
# # A transformer whose circuit is known
#
# Whoever finds a circuit in a trained transformer cannot look up whether it is the right one:
# nobody knows what the weights compute. Here it is the other way round. We write the program, the
# compiler makes the weights, and what each part is for is known before the model runs for the first
# time. That is **ground truth**, and it has two halves:
#
# - *what* is computed: the program, which the model follows exactly on every input;
# - *where* it is computed: for each value of the program the columns of the residual stream, the
#   heads and the hidden units that hold it and make it.
#
# A method that explains models can be run on such a model, and its answer compared with the true
# one.
#
# This tutorial compiles a model, looks inside, breaks it in ways whose effect the circuit predicts,
# and takes it to other frameworks. It is a script in cells: editors open it as a notebook, and so
# does Jupyter after `jupytext --to notebook tutorial.py`. A test runs it.

# %%
import copy
import importlib.util
import itertools
import os
import tempfile

import numpy as np

import rasp_mlir
from rasp_mlir import rasp

# %% [markdown]
# ## A program
#
# RASP programs compute with *s-ops*, which have a value at every position of the input, and
# *selectors*, which say for each position (the query) at which others (the keys) it looks. To
# reverse a sequence, position `i` has to read what stands at `length - 1 - i`. Names given by `named`
# will be found again in the model.

# %%
opposite = (rasp.length - 1 - rasp.indices).named("opposite")
flip = rasp.Select(rasp.indices, opposite, rasp.Comparison.EQ).named("flip")
reverse = rasp.Aggregate(flip, rasp.tokens).named("reverse")

# %% [markdown]
# An s-op that is called on a list of tokens is interpreted. No model is involved yet: this is what
# the program means.

# %%
tokens = ["a", "b", "c"]
print("opposite", opposite(tokens))
print("reverse ", reverse(tokens))

# %% [markdown]
# ## A model
#
# To compile it, say which tokens can occur, and how many there can be.

# %%
model = rasp_mlir.compile(reverse, vocab=["a", "b", "c"], max_seq_len=5)
print(model)
print(model(tokens).decoded)

# %% [markdown]
# That the model computes the program is no matter of chance or of training: it can be tested on all
# inputs that there are, 363 of them.

# %%
inputs = [list(text) for n in range(1, 6) for text in itertools.product("abc", repeat=n)]
correct = [output == x[::-1] for x, output in zip(inputs, model(inputs).decoded)]
print(sum(correct), "of", len(inputs), "inputs are reversed")

# %% [markdown]
# ## Looking inside
#
# Each column of the residual stream has a label: the name of a value, and where a value takes
# several columns, what of it the column stands for. Position 0 is that of BOS, which the model puts
# in front of every input. This is what each part of the model adds to the stream; columns that it
# leaves alone are not shown.


# %%
def show(title, array, rows, columns):
    """Prints an array [row, column] with names, zeros as dots, without the rows of zeros."""
    width = max(map(len, [title, *rows]))
    print(title.ljust(width), *(f"{column:>8}" for column in columns))
    for name, values in zip(rows, array):
        if np.any(values):
            cells = ["." if value == 0 else f"{value:.2g}" for value in values]
            print(name.ljust(width), *(f"{cell:>8}" for cell in cells))
    print()


positions = ["BOS", *tokens]
output = model(tokens)
embedded = output.activations["blocks.0.hook_resid_pre"]
show("embedding", embedded.T, model.residual_labels, positions)
for number, added in enumerate(output.layer_outputs):
    part = f"heads {number // 2}" if number % 2 == 0 else f"MLP {number // 2}"
    show(part, added.T.round(4), model.residual_labels, positions)

# %% [markdown]
# The program at work: the head of layer 0 writes the length, as one number. The MLP of layer 0
# computes `opposite`, one-hot. The head of layer 1 compares it with the indices, and carries the
# token over. (`bos|reverse:a` is a column with two lives: it marks BOS until the last head has read
# it, and is then a part of the output.)
#
# The attention patterns say where each head looks.

# %%
for layer, attention in enumerate(output.attention):
    for head, pattern in enumerate(attention.pattern):
        title = f"head {layer}.{head}, {model.head_labels[layer][head]}"
        show(title, pattern, positions, positions)

# %% [markdown]
# The head of `reverse` has the pattern of `flip`: each query looks at the key that is its opposite.
# (BOS is of no selector, and looks at itself.)
#
# The head of `length` seems to look at BOS alone. Whoever reads nothing but the pattern would say
# that it does nothing. But the traces of attention that the tokens get, each the same, are the
# count: BOS contributes 0, every token 1, and the output weight makes the traces large again.

# %%
trace = output.attention[0].pattern[0, 1, 1]
scale = model.weights["layers.0.attention.output.weight"].max()
print(f"{trace:.2g} of the attention on a token, times {scale:.2g}, is {trace * scale:.3f}")

# %% [markdown]
# The patterns as a picture, where matplotlib is installed:

# %%
if importlib.util.find_spec("matplotlib"):
    from matplotlib import pyplot

    num_layers = model.config.num_layers
    figure, axes = pyplot.subplots(1, num_layers, figsize=(7, 3.5), layout="constrained")
    for layer, (axis, attention) in enumerate(zip(axes, output.attention)):
        axis.imshow(attention.pattern[0], vmin=0, vmax=1, cmap="Blues")
        axis.set_title(f"head {layer}.0, {model.head_labels[layer][0]}")
        axis.set_xticks(range(len(positions)), positions)
        axis.set_yticks(range(len(positions)), positions)
        axis.set_xlabel("key")
        axis.set_ylabel("query")
    pyplot.show()

# %% [markdown]
# ## The circuit
#
# `model.circuit` says as data what is computed where: for each value of the program the
# *components* that compute it (embeddings, heads, groups of neurons), and between components the
# *edges*: who reads what another wrote, and by which input. Their names are those of
# TransformerLens' hooks.

# %%
circuit = model.circuit
print(circuit)
print()
for edge in circuit.edges:
    columns = " ".join(circuit.residual_labels[column] for column in edge.columns)
    print(f"{edge.source} -> {edge.target} ({edge.input}): {columns}")

# %% [markdown]
# A component knows the line of the program that it is for.

# %%
for component in circuit.components.values():
    if component.kind in ("head", "neurons") and component.location:
        print(f"{component.id} is for: {component.location.source.strip()}")

# %% [markdown]
# The circuit also says how to read a value off the residual stream. What the model holds for
# `opposite` is what the interpreter says that it is, on every input. That is the claim which a
# circuit makes; of one that was found in a trained model it would be a hypothesis.

# %%
[encoding] = circuit.values["opposite"].encodings
agreeing = [encoding.decode(model(x).activations[encoding.hook])[1:] == opposite(x) for x in inputs]
print(f"{encoding.hook} holds `opposite` on {sum(agreeing)} of {len(inputs)} inputs")

# %% [markdown]
# ## Breaking it
#
# From ground truth follow predictions, and these can be tested.
#
# Tokens enter by the rows of `embedding.tokens`, and nothing reads them but the values of the last
# head. So if the row of `a` is made that of `b`, each `a` has to come out as `b`, and nothing else
# may change.

# %%
confused = copy.deepcopy(model)
confused.weights["embedding.tokens"][0] = confused.weights["embedding.tokens"][1]
predicted = [["b" if token == "a" else token for token in reversed(x)] for x in inputs]
as_predicted = [found == x for x, found in zip(predicted, confused(inputs).decoded)]
print(tokens, "->", confused(tokens).decoded)
print("as predicted on", sum(as_predicted), "of", len(inputs), "inputs")

# %% [markdown]
# A part that is switched off can change what it writes itself, and what is computed from that; the
# edges say what. So we set to zero what each head and each group of neurons writes, run the model,
# and compare the columns that change with those that the circuit names.


# %%
def without(component):
    """The model with a head or a group of neurons switched off."""
    broken = copy.deepcopy(model)
    layer = f"layers.{component.layer}"
    if component.kind == "head":
        broken.weights[f"{layer}.attention.output.weight"][component.head] = 0
    else:
        broken.weights[f"{layer}.mlp.output.weight"][list(component.units)] = 0
    return broken


def predicted_columns(component):
    """The columns that a component writes, or that are computed from those."""
    reached = {component.id}
    for edge in circuit.edges:  # in the order of the computation
        if edge.source in reached:
            reached.add(edge.target)
    return {column for part in reached for column in circuit.components[part].writes}


intact = model(inputs).residuals
is_real = model.encode(inputs) != model.config.pad_id
ablations = {}
for component in circuit.components.values():
    if component.kind not in ("head", "neurons"):
        continue
    output = without(component)(inputs)
    changes = np.abs(output.residuals - intact)[:, is_real].max(axis=(0, 1))
    changed = set(np.flatnonzero(changes > 1e-3).tolist())
    is_predicted = changed == predicted_columns(component)
    survivors = [x for x, found in zip(inputs, output.decoded) if found == x[::-1]]
    ablations[component.id] = is_predicted, survivors
    print(f"without {component.id} change, {'as' if is_predicted else 'NOT as'} predicted:")
    print("   ", *(model.residual_labels[column] for column in sorted(changed)))
    print(f"    {len(survivors)} of {len(inputs)} inputs are still reversed")

# %% [markdown]
# And which inputs are still reversed? Without `length` or `opposite` the last head reads tokens of
# the wrong positions. It is right by chance where all of them are alike: one token, one to five
# times, is 15 inputs. Without the last head nothing is written, and equal logits are read as the
# first output, which is `a`: only the five inputs of nothing but `a` are left.

# %%
for name, (_, survivors) in ablations.items():
    print(f"{name}: {' '.join(map(''.join, survivors))}")

# %% [markdown]
# ## Taking it elsewhere
#
# A file of `save` holds everything: weights, labels, tokens, outputs, the program. Nothing in it is
# executed when it is loaded, and every reader of safetensors reads it.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "reverse.safetensors")
    model.save(path)
    loaded = rasp_mlir.Model.load(path)
print(loaded)
print(loaded(tokens).decoded)

# %% [markdown]
# The same model in other frameworks gives the same logits. Each needs its package; what is not
# installed is left out below.

# %%
ids = model.encode([tokens])
logits = model.forward(ids)
differences = {}


def compare(name, found):
    """Prints what a framework gives, and how far its logits are from the model's."""
    found = np.asarray(found)
    differences[name] = np.abs(found - logits).max()
    print(f"{name}: {model.decode(found[0, 1:])}, within {differences[name]:.0e}")


if importlib.util.find_spec("torch"):
    import torch

    compare("PyTorch", model.to_torch()(torch.tensor(ids)).detach())

if importlib.util.find_spec("jax"):
    function, params = model.to_jax()
    compare("JAX", function(params, ids))
    compare("StableHLO", model.to_stablehlo().exported.call(ids))

if importlib.util.find_spec("iree"):
    compare("IREE", model.to_iree()(ids))

# %% [markdown]
# In TransformerLens, its tools are at hand: caches, hooks, patching. The circuit names the hooks.
# Here the length is overwritten on the way: the model is told that three tokens are two. What the
# first two positions give is then predicted to be the reverse of the first two tokens. (The third
# position is one that two tokens do not have.)

# %%
if importlib.util.find_spec("transformer_lens"):
    bridge = model.to_transformer_lens()
    found, cache = bridge.run_with_cache(torch.tensor(ids))
    compare("TransformerLens", found.detach())

    [length] = circuit.values["length"].encodings

    def say_two(stream, hook):
        stream[:, :, list(length.columns)] = 2
        return stream

    patched = bridge.run_with_hooks(torch.tensor(ids), fwd_hooks=[(length.hook, say_two)])
    told_two = model.decode(patched.detach().numpy()[0, 1:3])
    print(f"told at {length.hook} that there are two tokens: {told_two}")

# %% [markdown]
# ## What to do with it
#
# Take a method that you trust, or one that you have made: activation patching, attribution, sparse
# autoencoders, automated circuit discovery. Run it on a compiled model, and compare what it finds
# with `model.circuit`. `rasp_mlir.library` has more programs, `vocab` and `max_seq_len` make models
# of many sizes of each, and [python.md](python.md) goes through everything that the package has.
