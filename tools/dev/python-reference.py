#!/usr/bin/env python3
"""Makes the reference of the Python package from its docstrings.

    python-reference.py              writes docs/Python/*.md
    python-reference.py --check      says which of these are stale, and exits with 1

Reads the sources and imports nothing of them, by the package griffelib
(python/test-requirements.txt has its version). tools/dev/update-docs.sh calls this.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

import griffe

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "Python"
NOTICE = (
    "<!-- Made from the docstrings by tools/dev/python-reference.py: edit these, then run"
    " tools/dev/update-docs.sh. -->\n"
)


@dataclass(frozen=True)
class Section:
    """A part of a page: a module, what its docstring says and what it has, in its order.

    What is described are `names`; without these, what `__all__` of the page's module lists,
    or if it lists nothing, all that is public.
    """

    title: str
    module: str
    names: Optional[Tuple[str, ...]] = None


@dataclass(frozen=True)
class Page:
    """A page, which begins with the docstring of a module."""

    file: str
    module: str
    sections: Tuple[Section, ...]


PAGES = (
    Page(
        "package.md",
        "rasp_mlir",
        (
            Section("Compiling", "rasp_mlir.program"),
            Section("Programs in RASP's own language", "rasp_mlir.source"),
            Section("Errors", "rasp_mlir.errors"),
        ),
    ),
    Page(
        "rasp.md",
        "rasp_mlir.rasp",
        (
            Section("S-ops", "rasp_mlir.rasp.sops"),
            Section("Selectors", "rasp_mlir.rasp.selectors"),
            Section("Comparisons", "rasp_mlir.rasp.comparison"),
            Section("Expressions, their names and annotations", "rasp_mlir.rasp.expressions"),
            Section("Evaluation", "rasp_mlir.rasp.evaluation"),
        ),
    ),
    Page("library.md", "rasp_mlir.library", (Section("Programs", "rasp_mlir.library"),)),
    Page(
        "model.md",
        "rasp_mlir.model",
        (
            Section("Models", "rasp_mlir.model", ("Model",)),
            Section("Machine code", "rasp_mlir.model_source", ("CompiledModel",)),
            Section("Outputs", "rasp_mlir.model_output", ("ModelOutput", "Attention")),
            Section("What a model is", "rasp_mlir.model_config", ("ModelConfig",)),
            Section("Weights", "rasp_mlir.model_weights", ("Weights", "Unembedding")),
            Section("Encoders", "rasp_mlir.encoders", ("InputEncoder", "OutputEncoder")),
            Section("Files", "rasp_mlir.model_file", ("ModelFileError",)),
        ),
    ),
    Page("circuit.md", "rasp_mlir.circuit", (Section("The graph", "rasp_mlir.circuit"),)),
    Page(
        "adapters.md",
        "rasp_mlir.adapters",
        (
            Section("Methods of a model", "rasp_mlir.adapters", ("ModelAdapters",)),
            Section("PyTorch", "rasp_mlir.adapters.torch", ("Transformer",)),
            Section("TransformerLens", "rasp_mlir.adapters.transformer_lens", ()),
            Section("JAX", "rasp_mlir.adapters.jax", ("Params", "forward")),
            Section("StableHLO", "rasp_mlir.adapters.stablehlo", ("StableHLO",)),
            Section("IREE", "rasp_mlir.adapters.iree", ("IreeModel",)),
        ),
    ),
)

LEFT_OUT = {
    "rasp_mlir.rasp.selectors.Best",  # What `best` makes.
    "rasp_mlir.rasp.expressions.RASPExpr.build",
    "rasp_mlir.encoders.InputEncoder.encode_tokens",
}
"""What is public for the rest of the package alone."""


# What is there --------------------------------------------------------------------


def load() -> griffe.Module:
    """The package, from its sources."""
    loader = griffe.GriffeLoader(
        search_paths=[str(ROOT / "python")],
        docstring_parser=griffe.Parser.google,
        docstring_options={"warnings": False, "returns_named_value": False},
        allow_inspection=False,
    )
    package = loader.load("rasp_mlir")
    loader.resolve_aliases(external=False)
    return package


def described(package: griffe.Module, page: Page, section: Section) -> List[griffe.Object]:
    """The objects of a section."""
    module = package.modules_collection[section.module]
    names = section.names
    if names is None:
        exports = package.modules_collection[page.module].exports
        names = tuple(map(str, exports)) if exports else None
    found = []
    for name, member in module.members.items():
        if member.is_alias or member.is_module or member.path in LEFT_OUT:
            continue
        is_public = not name.startswith("_") and (member.is_class or member.is_function)
        if member.docstring and (is_public if names is None else name in names):
            found.append(member)
    return sorted(found, key=lambda member: member.lineno or 0)


def members(cls: griffe.Class) -> List[griffe.Object]:
    """What of a class is described: what has a docstring, fields, and values of an enum."""
    found = []
    for name, member in cls.members.items():
        is_special = name.startswith("__") and name.endswith("__") and name != "__init__"
        if member.is_alias or member.path in LEFT_OUT or (name.startswith("_") and not is_special):
            continue
        is_plain = member.is_attribute and "property" not in member.labels
        if member.docstring or (is_plain and (is_enum(cls) or is_dataclass(cls))):
            found.append(member)
    return sorted(found, key=lambda member: member.lineno or 0)


def is_enum(cls: griffe.Class) -> bool:
    return any(str(base).endswith("Enum") for base in cls.bases)


def is_dataclass(cls: griffe.Class) -> bool:
    return "dataclass" in cls.labels


def public_bases(cls: griffe.Class) -> Iterator[str]:
    """The names of the classes that users know `cls` to be derived from."""
    for base in cls.bases:
        private = cls.module.members.get(str(base)) if str(base).startswith("_") else None
        if private is not None and private.is_class:
            yield from public_bases(private)
        else:
            yield str(base)


# Text -----------------------------------------------------------------------------


class Links:
    """Where each object is described, by its name as docstrings write it."""

    def __init__(self, package: griffe.Module):
        # For each name the pages that describe such an object, with its anchor there.
        self._targets: Dict[str, Dict[str, str]] = {}
        for page in PAGES:
            prefixes = ("", page.module + ".", page.module.rpartition(".")[2] + ".")
            for section in page.sections:
                for item in described(package, page, section):
                    headings = {item.name: item.name}
                    for member in members(item) if item.is_class else ():
                        name = f"{item.name}.{member.name}"
                        headings[name] = item.name if is_short(member) else name
                    for name, heading in headings.items():
                        for prefix in prefixes:
                            pages = self._targets.setdefault(prefix + name, {})
                            pages.setdefault(page.file, anchor(heading))

    def add(self, text: str, page: Page, scope: str = "") -> str:
        """`text` with links from names in `code`, and from the pages of docs/ that it names.

        `scope` is the name of the class whose docstring it is from: its members need no
        prefix there, and no links from the class itself.
        """

        def link(match: re.Match[str]) -> str:
            code, name = match.group(0), match.group(1)
            found = self._targets.get(f"{scope}.{name}") or self._targets.get(name) or {"": ""}
            file = page.file if page.file in found else next(iter(found))
            place = found[file]
            is_own = (file, place) == (page.file, anchor(scope))
            # An ordinary word means something else on other pages.
            is_word = file != page.file and name.islower() and "." not in name
            if not file or is_own or is_word:
                return code
            return f"[{code}]({'' if file == page.file else file}#{place})"

        text = re.sub(r"`([\w.]+)`", link, text)
        return re.sub(r"(?<![\w/`(])docs/([\w-]+\.md)", r"[\1](../\1)", text)


def anchor(heading: str) -> str:
    """The anchor that GitHub and most renderers give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def is_short(member: griffe.Object) -> bool:
    """Whether a line in the list of attributes says all of a member."""
    if not member.is_attribute:
        return False
    return not member.docstring or "\n\n" not in member.docstring.value.strip()


def summary(item: griffe.Object) -> str:
    """The first sentence of a docstring."""
    text = item.docstring.value.strip() if item.docstring else ""
    paragraph = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.])\s+(?=[A-Z`])", paragraph)[0].rstrip(".:").replace("|", "\\|")


def with_fences(text: str) -> str:
    """A text with its examples in fenced blocks, without what only doctest reads."""
    parts = []
    for part in re.split(r"\n{2,}", text.strip("\n")):
        if part.lstrip().startswith(">>> "):
            part = re.sub(r"(?:\n\s*\.\.\.)?\s*# doctest: .*", "", textwrap.dedent(part))
            part = f"```pycon\n{part.strip()}\n```"
        parts.append(part)
    return "\n\n".join(parts)


# Pages ----------------------------------------------------------------------------


class Writer:
    """Writes one page."""

    def __init__(self, package: griffe.Module, page: Page, links: Links):
        self._package, self._page, self._links = package, page, links

    def text(self) -> str:
        modules = self._package.modules_collection
        parts = [f"# `{self._page.module}`", *self._docstring(modules[self._page.module])]
        for section in self._page.sections:
            parts.append(f"## {section.title}")
            if section.module != self._page.module:
                parts += self._docstring(modules[section.module])
            items = described(self._package, self._page, section)
            if items:
                parts.append(self._contents(items))
            for item in items:
                parts += self._item(item)
        return NOTICE + "\n" + "\n\n".join(parts) + "\n"

    def _contents(self, items: Sequence[griffe.Object]) -> str:
        rows = [
            f"| [{item.name}](#{anchor(item.name)}) |"
            f" {self._links.add(summary(item), self._page, item.name)} |"
            for item in items
        ]
        return "\n".join(["| | |", "| --- | --- |", *rows])

    def _item(self, item: griffe.Object) -> Iterator[str]:
        yield f"### `{item.name}`"
        yield from self._signature(item)
        if not item.is_class:
            yield from self._docstring(item)
            return
        bases = ", ".join(f"`{base}`" for base in public_bases(item))
        if bases:
            yield self._links.add(f"Bases: {bases}.", self._page)
        yield from self._docstring(item, item.name)
        if "__init__" in item.members:
            yield from self._docstring(item.members["__init__"], item.name)
        found = members(item)
        short = [self._line(item, member) for member in found if is_short(member)]
        if short:
            yield "**Values**" if is_enum(item) else "**Attributes**"
            yield "\n".join(short)
        for member in found:
            if not is_short(member):
                yield f"#### `{item.name}.{member.name}`"
                yield from self._signature(member)
                yield from self._docstring(member, item.name)

    def _line(self, cls: griffe.Class, member: griffe.Object) -> str:
        """What the list of attributes says of one."""
        line = f"- `{member.name}`"
        if member.annotation is not None:
            line += f" (`{member.annotation}`)"
        elif is_enum(cls):
            line += f" (`{member.value}`)"
        if member.docstring:
            text = " ".join(member.docstring.value.split())
            line += f": {self._links.add(text, self._page, cls.name)}"
        return line

    def _signature(self, item: griffe.Object) -> Iterator[str]:
        if item.is_attribute:
            text = f"{item.name}: {item.annotation}" if item.annotation is not None else ""
        elif item.is_function:
            returns = f" -> {item.returns}" if item.returns is not None else ""
            text = call(f"def {item.name}", parameters(item.parameters), returns)
            for decorator in {"classmethod", "staticmethod"} & item.labels:
                text = f"@{decorator}\n{text}"
        else:
            arguments = parameters(item.parameters)
            # Fields are listed with what they mean.
            has_fields = is_enum(item) or is_dataclass(item)
            text = call(item.name, arguments, "") if arguments and not has_fields else ""
        if text:
            yield f"```python\n{text}\n```"

    def _docstring(self, item: griffe.Object, scope: str = "") -> Iterator[str]:
        for section in item.docstring.parsed if item.docstring else ():
            if section.kind is griffe.DocstringSectionKind.text:
                yield self._linked(with_fences(section.value), scope)
            elif section.kind is griffe.DocstringSectionKind.parameters:
                yield "**Arguments**"
                entries = [(one.name, one.description) for one in section.value]
                yield self._entries(entries, scope)
            elif section.kind is griffe.DocstringSectionKind.raises:
                yield "**Raises**"
                entries = [(str(one.annotation), one.description) for one in section.value]
                yield self._entries(entries, scope)
            else:
                raise ValueError(f"{item.path}: a docstring with a section of {section.kind.value}")

    def _entries(self, entries: Sequence[Tuple[str, str]], scope: str) -> str:
        lines = []
        for names, description in entries:
            code = ", ".join(f"`{name.strip()}`" for name in names.strip("()").split(","))
            text = self._links.add(" ".join(description.split()), self._page, scope)
            lines.append(f"- {self._links.add(code, self._page)}: {text}")
        return "\n".join(lines)

    def _linked(self, text: str, scope: str) -> str:
        """`text` with links everywhere but in fenced blocks."""
        parts = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
        return "".join(
            part if part.startswith("```") else self._links.add(part, self._page, scope)
            for part in parts
        )


def parameters(found: griffe.Parameters) -> List[str]:
    """The parameters of a function as in its source, without self."""
    texts, has_star = [], False
    kinds = griffe.ParameterKind
    for index, parameter in enumerate(found):
        if index == 0 and parameter.name in ("self", "cls"):
            continue
        if parameter.kind is kinds.keyword_only and not has_star:
            texts.append("*")
            has_star = True
        has_star = has_star or parameter.kind is kinds.var_positional
        prefix = {kinds.var_positional: "*", kinds.var_keyword: "**"}.get(parameter.kind, "")
        text = prefix + parameter.name
        if parameter.annotation is not None:
            text += f": {parameter.annotation}"
        if parameter.default is not None and not prefix:
            text += f" = {parameter.default}" if ":" in text else f"={parameter.default}"
        texts.append(text)
        following = found[index + 1].kind if index + 1 < len(found) else None
        if parameter.kind is kinds.positional_only and following is not kinds.positional_only:
            texts.append("/")
    return texts


def call(name: str, arguments: Sequence[str], returns: str) -> str:
    """A signature, one parameter a line if it is long."""
    line = f"{name}({', '.join(arguments)}){returns}"
    if len(line.splitlines()[-1]) <= 88:
        return line
    return "\n".join([f"{name}(", *(f"    {argument}," for argument in arguments), f"){returns}"])


def pages() -> Dict[str, str]:
    """The text of each page, by the name of its file."""
    package = load()
    links = Links(package)
    return {page.file: Writer(package, page, links).text() for page in PAGES}


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="fail if a page is stale")
    arguments = parser.parse_args()
    is_stale = False
    for file, text in pages().items():
        path = FOLDER / file
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        if arguments.check and before != text:
            is_stale = True
            name = f"docs/Python/{file}"
            lines = difflib.unified_diff(
                before.splitlines(), text.splitlines(), name, f"{name} as it is now", lineterm=""
            )
            print("\n".join(lines))
            print(f"error: {name} is stale: run tools/dev/update-docs.sh", file=sys.stderr)
        elif not arguments.check:
            FOLDER.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if is_stale else 0


if __name__ == "__main__":
    sys.exit(main())
