#!/usr/bin/env python3
"""Checks exported circuits against the weights and against the programs.

    circuit.py [--contract=OPTIONS] program.mlir...

For each program, on short inputs and on random ones:

- What components read and write is what the weights say.
- The edges are all there is: where each reader gets only what the edges bring it,
  the outputs stay what they are, whatever else stands in the stream.
- The columns of a value hold it: decoded, they are what the interpreter says.
- A head attends to no key but those that a selector of its own selects, and its
  other selectors bear on that one.
"""

import argparse
import json
import os
import re
import sys
import tempfile
from fractions import Fraction

import numpy as np
from forward import Transformer, agrees, as_value, inputs_for, run

# What is left of a key that is not selected.
ATTENTION = 1e-6


def require(condition, what):
    if not condition:
        raise ValueError(what)


def non_zero(matrix, axis):
    """The indices along `axis` where a matrix is not zero."""
    others = tuple(i for i in range(matrix.ndim) if i != axis)
    return np.flatnonzero(np.any(matrix != 0, axis=others)).tolist()


class CircuitModel(Transformer):
    """A model that is run component by component."""

    def __init__(self, weights_path, circuit):
        super().__init__(weights_path)
        self.circuit = circuit
        shape = self.metadata["shape"]
        self.d_model = shape["d_model"]
        self.components = {part["id"]: part for part in circuit["components"]}
        self.edges = {}
        for edge in circuit["edges"]:
            self.edges.setdefault((edge["to"], edge["input"]), []).append(edge)

    # Weights ----------------------------------------------------------------

    def matrices(self, part):
        """What a component reads, by input, and what it writes, each as the slice
        of a weight with the columns of the stream on its first axis."""
        weights, none = self.weights, np.zeros((self.d_model, 0), np.float32)
        layer = f"layers.{part['layer']}"
        if part["kind"] == "embedding":
            name = {"embed": "tokens", "pos_embed": "positions"}[part["id"]]
            return {}, weights.get(f"embedding.{name}", none.T).T
        if part["kind"] == "head":
            reads = {
                name: weights[f"{layer}.attention.{name}.weight"][part["head"]]
                for name in ("query", "key", "value")
            }
            return reads, weights[f"{layer}.attention.output.weight"][part["head"]].T
        if part["kind"] == "neurons":
            units = part["units"]
            read = weights[f"{layer}.mlp.input.weight"][:, units]
            return {"input": read}, weights[f"{layer}.mlp.output.weight"][units].T
        if part["kind"] == "bias":
            return {}, weights[f"{layer}.mlp.output.bias"][:, None]
        return {"input": weights.get("unembedding.weight", none)}, none

    def check_weights(self):
        metadata, parts = self.metadata, list(self.components.values())
        require(self.circuit["residual_labels"] == metadata["residual_labels"], "labels")
        for name, size in self.circuit["shape"].items():
            require(size == metadata["shape"][name], f"the shape: {name}")
        for part in parts:
            reads, written = self.matrices(part)
            require(list(reads) == list(part["reads"]), f"the inputs of {part['id']}")
            for name, matrix in reads.items():
                require(part["reads"][name] == non_zero(matrix, 0), f"{part['id']} reads by {name}")
            require(part["writes"] == non_zero(written, 0), f"what {part['id']} writes")
        for layer in range(metadata["shape"]["layers"]):
            ours = [part for part in parts if part["layer"] == layer]
            heads = [part["label"] or "" for part in ours if part["kind"] == "head"]
            require(heads == metadata["head_labels"][layer], f"the heads of layer {layer}")
            units = {u: part["label"] or "" for part in ours for u in part["units"]}
            require(
                [units[u] for u in sorted(units)] == metadata["unit_labels"][layer],
                f"the units of layer {layer}",
            )
            biased = bool(np.any(self.weights.get(f"layers.{layer}.mlp.output.bias", 0)))
            require(biased == any(p["kind"] == "bias" for p in ours), f"the bias of layer {layer}")

    def check_paths(self):
        """Every edge leads on to the output."""
        reaching, grew = {"unembed"}, True
        while grew:
            before = {edge["from"] for edge in self.circuit["edges"] if edge["to"] in reaching}
            grew = not before <= reaching
            reaching |= before
        for edge in self.circuit["edges"]:
            require(edge["to"] in reaching, f"{edge['to']} is read and leads nowhere")

    # Running ----------------------------------------------------------------

    def run_parts(self, ids, others):
        """The outputs, the stream at each of its hooks and the patterns of heads,
        where what reaches a reader by no edge is multiplied by `others`."""
        weights, length = self.weights, ids.shape[1]
        written, hooks, patterns = {}, {}, {}
        zero = np.zeros((*ids.shape, self.d_model), np.float32)

        def stream_for(part, name):
            stream = others * sum(written.values(), zero)
            for edge in self.edges.get((part["id"], name), []):
                columns = edge["columns"]
                stream[..., columns] += (1 - others) * written[edge["from"]][..., columns]
            return stream

        def project(part, name):
            prefix = f"layers.{part['layer']}.attention.{name}"
            matrix, bias = weights[f"{prefix}.weight"], weights[f"{prefix}.bias"]
            return stream_for(part, name) @ matrix[part["head"]] + bias[part["head"]]

        def run_head(part):
            scores = project(part, "query") @ project(part, "key").swapaxes(-1, -2)
            scores = np.where(visible, scores, np.float32(-np.inf))
            pattern = np.exp(scores - scores.max(axis=-1, keepdims=True))
            pattern /= pattern.sum(axis=-1, keepdims=True)
            patterns[part["id"]] = pattern
            return pattern @ project(part, "value") @ self.matrices(part)[1].T

        def run_neurons(part):
            prefix, units = f"layers.{part['layer']}.mlp.input", part["units"]
            hidden = stream_for(part, "input") @ weights[f"{prefix}.weight"][:, units]
            hidden = np.maximum(hidden + weights[f"{prefix}.bias"][units], 0)
            return hidden @ self.matrices(part)[1].T

        visible = (ids != self.metadata["pad"]["id"])[:, None, :]
        if self.metadata["causal"]:
            visible = visible & np.tri(length, dtype=bool)
        parts = self.circuit["components"]
        if "embedding.tokens" in weights:
            written["embed"] = weights["embedding.tokens"][ids]
            written["pos_embed"] = zero + weights["embedding.positions"][:length]
        # Without layers no hook has the stream.
        hooks[None] = sum(written.values(), zero)
        for layer in range(self.metadata["shape"]["layers"]):
            ours = [part for part in parts if part["layer"] == layer]
            hooks[f"blocks.{layer}.hook_resid_pre"] = sum(written.values(), zero)
            written.update({p["id"]: run_head(p) for p in ours if p["kind"] == "head"})
            hooks[f"blocks.{layer}.hook_resid_mid"] = sum(written.values(), zero)
            written.update({p["id"]: run_neurons(p) for p in ours if p["kind"] == "neurons"})
            for part in ours:
                if part["kind"] == "bias":
                    written[part["id"]] = zero + self.matrices(part)[1][:, 0]
            hooks[f"blocks.{layer}.hook_resid_post"] = sum(written.values(), zero)
        outputs = np.broadcast_to(
            weights["unembedding.bias"], (*ids.shape, len(weights["unembedding.bias"]))
        )
        if "unembedding.weight" in weights:
            outputs = outputs + stream_for(self.components["unembed"], "input") @ (
                weights["unembedding.weight"]
            )
        return outputs, hooks, patterns

    def check_edges(self, ids, rows):
        """The outputs at `rows` hang on the edges alone."""
        expected = self(ids)
        for others in (1, 0, -1):
            outputs, hooks, patterns = self.run_parts(ids, np.float32(others))
            scale = 1 + np.abs(expected[rows]).max(initial=0)
            difference = np.abs(outputs[rows] - expected[rows]).max(initial=0)
            require(
                difference <= 1e-5 * scale,
                f"outputs differ by {difference} where what no edge brings is times {others}",
            )
            if others == 1:
                unchanged = hooks, patterns
        return unchanged


def decode(encoding, stream):
    """The values that the columns of an encoding hold at each position."""
    code = stream[..., encoding["columns"]]
    if encoding["weights"] is not None:
        weights = np.array(encoding["weights"]).reshape(len(encoding["columns"]), -1)
        code = code @ weights + np.array(encoding["bias"])
    if encoding["layout"] == "one-hot":
        return [as_value(encoding["categories"][i]) for i in code.argmax(axis=-1)]
    none_code = encoding["none_code"]
    return [
        None if none_code is not None and abs(x - none_code) <= 0.5 else float(x)
        for x in code[:, 0]
    ]


def same(found, expected, layout):
    """Whether values are equal; numbers as far as f32 holds them."""
    if layout == "number" and isinstance(expected, (bool, int, float, str)):
        expected = float(Fraction(expected))
        return found is not None and abs(found - expected) <= 1e-4 * (1 + abs(expected))
    return agrees(found, expected, True)


def trace_values(program, inputs, circuit, folder):
    """For each input what the interpreter says of each value of the circuit, those of
    the functions that the program calls included."""
    inlined, inputs_path = os.path.join(folder, "inlined.mlir"), os.path.join(folder, "inputs.txt")
    run(["rasp-opt", "--inline=default-pipeline=", program, "-o", inlined])
    with open(inputs_path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(tokens) + "\n" for tokens in inputs)
    command = ["rasp-run", inlined, "--stage=rasp", "--trace", "--format=json"]
    lines = run(command + ["--inputs", inputs_path]).splitlines()

    # Both number values of one name, each in its own way, but in the same order.
    def group(values):
        groups = {}
        for value in values:
            groups.setdefault(re.sub(r"_\d+$", "", value["name"]), []).append(value)
        return groups

    traces, wanted = [], group(circuit["values"])
    for line in lines:
        found = group(json.loads(line)["trace"])
        trace = {}
        for name, values in wanted.items():
            if len(found.get(name, [])) == len(values):
                pairs = zip(values, found[name])
                trace.update((value["name"], known["values"]) for value, known in pairs)
        traces.append(trace)
    return traces


def check_values(model, inputs, hooks, traces):
    """The encodings hold what the interpreter says. The number that were compared."""
    total = 0
    for value in model.circuit["values"]:
        number = 0
        for encoding in value["encodings"]:
            stream = hooks[encoding["hook"]]
            for row, tokens in enumerate(inputs):
                expected = traces[row].get(value["name"])
                if value["name"] == "tokens":
                    expected = tokens
                if expected is None:
                    continue
                found = decode(encoding, stream[row, 1 : 1 + len(tokens)])
                number += len(found)
                require(
                    all(same(f, e, encoding["layout"]) for f, e in zip(found, expected)),
                    f"{value['name']} on {tokens}: found {found}, expected {expected}",
                )
        require(number > 0 or not value["encodings"], f"nothing is known of {value['name']}")
        total += number
        if value["status"] == "constant":
            for trace in traces:
                constant = as_value(value["constant"])
                require(
                    all(agrees(constant, e, True) for e in trace.get(value["name"], [])),
                    f"the constant {value['name']}",
                )
    return total


def bears_on(part, own, others):
    """Whether one selector is a part of another: somewhere, as far as one of the others
    is what it is, `part` implies or excludes `own` or the reverse."""
    if part.all() or not part.any() or own.all() or not own.any():
        return True
    everywhere = np.ones(own.shape, bool)
    for where in (everywhere, *others, *(~other for other in others)):
        inner, outer = part[where], own[where]
        varies = all(0 < np.count_nonzero(x) < x.size for x in (inner, outer))
        if varies and len(np.unique(2 * inner + outer)) < 4:
            return True
    return False


def check_heads(model, inputs, patterns, traces):
    """Heads attend to what one of their selectors selects, of which the others are
    parts. The number of heads."""
    number = 0
    selectors = [v for v in model.circuit["values"] if v["kind"] == "selector"]
    for head, pattern in patterns.items():
        names = [v["name"] for v in selectors if head in v["components"]]
        names = [name for name in names if name in traces[0]]
        if not names:
            continue
        number += 1
        found, selected = [], {name: [] for name in names}
        for row, tokens in enumerate(inputs):
            positions = slice(1, 1 + len(tokens))
            found.append(pattern[row, positions, positions].ravel() > ATTENTION)
            for name in names:
                matrix = np.zeros((len(tokens), len(tokens)), bool)
                for query, keys in enumerate(traces[row][name]):
                    matrix[query, keys] = True
                selected[name].append(matrix.ravel())
        attends = np.concatenate(found)
        selects = {name: np.concatenate(parts) for name, parts in selected.items()}
        covering = [name for name in names if not np.any(attends & ~selects[name])]
        require(covering, f"{head} attends to what none of its selectors selects: {names}")
        own = min(covering, key=lambda name: selects[name].sum())
        for name in names:
            others = [selects[other] for other in names if other not in (name, own)]
            require(
                bears_on(selects[name], selects[own], others),
                f"{name} has nothing to do with {head}, which attends to what {own} selects",
            )
    return number


def check(program, folder):
    weights_path = os.path.join(folder, "model.safetensors")
    run(["rasp-translate", "--export-safetensors", program, "-o", weights_path])
    circuit = json.loads(run(["rasp-translate", "--export-circuit", program]))
    model = CircuitModel(weights_path, circuit)
    model.check_weights()
    model.check_paths()

    inputs = inputs_for(model.metadata["vocab"], model.metadata["shape"]["max_seq_len"], seed=2)
    ids = model.encode(inputs)
    lengths = np.array([len(tokens) for tokens in inputs])[:, None]
    positions = np.arange(ids.shape[1])[None]
    hooks, patterns = model.check_edges(ids, (positions > 0) & (positions <= lengths))

    traces = trace_values(program, inputs, circuit, folder)
    values = check_values(model, inputs, hooks, traces)
    heads = check_heads(model, inputs, patterns, traces)
    edges = len(circuit["edges"])
    print(f"{model.metadata['name']}: {edges} edges, {values} values, {heads} heads hold")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--contract", help="options of rasp-set-contract")
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for program in arguments.programs:
            if arguments.contract:
                changed = os.path.join(folder, "program.mlir")
                option = f"--rasp-set-contract={arguments.contract}"
                run(["rasp-opt", option, program, "-o", changed])
                program = changed
            try:
                check(program, folder)
            except ValueError as error:
                failed = True
                print(f"{program}: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
