//===- ValueDisplay.cpp - Values of s-ops and selectors as text -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueDisplay.h"
#include "../Inputs.h"

#include "rasp/Import/StaticValue.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Unicode.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace mlir::rasp;

size_t mlir::rasp::getWidth(StringRef text) {
  int width = llvm::sys::unicode::columnWidthUTF8(text);
  return width < 0 ? text.size() : width;
}

std::string mlir::rasp::formatInput(const Sequence &tokens) {
  auto isCharacter = [](const Scalar &token) {
    return token.isString() &&
           frontend::getCharacters(token.getString()).size() == 1;
  };
  bool isText = llvm::all_of(tokens, isCharacter);
  std::string text;
  llvm::raw_string_ostream os(text);
  os << (isText ? '"' : '[');
  llvm::interleave(
      tokens, os,
      [&](const Scalar &token) {
        if (isText)
          os << token.getString();
        else
          frontend::print(os, token);
      },
      isText ? "" : ", ");
  os << (isText ? '"' : ']');
  return text;
}

/// What the values are, if they are of one kind.
static StringRef describeKind(const Sequence &values) {
  Scalar::Kind kind = values.front().getKind();
  if (!llvm::all_of(
          values, [&](const Scalar &value) { return value.getKind() == kind; }))
    return "mixed";
  switch (kind) {
  case Scalar::Kind::None:
    return "none";
  case Scalar::Kind::Bool:
    return "bools";
  case Scalar::Kind::Integer:
    return "ints";
  case Scalar::Kind::Number:
    return "floats";
  case Scalar::Kind::String:
    return "strings";
  }
  llvm_unreachable("unknown kind of scalar");
}

static std::string formatValue(const Scalar &value, bool isRounded) {
  if (value.getKind() == Scalar::Kind::Bool)
    return value.getBool() ? "True" : "False";
  return formatText(value, isRounded);
}

std::string mlir::rasp::formatSequence(const Sequence &values,
                                       const DisplayOptions &options,
                                       bool isRounded) {
  std::string text = "[";
  StringRef kind = describeKind(values);
  bool isUniform =
      values.size() > 1 && llvm::all_equal(values) && kind != "mixed";
  if (isUniform && !options.fullSequences) {
    text += formatValue(values.front(), isRounded) + "]*" +
            std::to_string(values.size());
  } else {
    llvm::raw_string_ostream os(text);
    llvm::interleaveComma(values, os, [&](const Scalar &value) {
      os << formatValue(value, isRounded);
    });
    os << ']';
  }
  return text + " (" + kind.str() + ")";
}

void mlir::rasp::printMatrix(raw_ostream &os, const SelectorMatrix &matrix,
                             const Sequence &tokens, unsigned indent) {
  std::vector<std::string> names;
  size_t width = 1;
  for (const Scalar &token : tokens) {
    names.push_back(formatValue(token, /*isRounded=*/false));
    width = std::max(width, getWidth(names.back()));
  }
  auto printPadded = [&](StringRef text) {
    os.indent(width - getWidth(text)) << text;
  };
  os.indent(indent + width + 2);
  for (StringRef name : names) {
    os << ' ';
    printPadded(name);
  }
  os << '\n';
  for (auto [query, name] : llvm::enumerate(names)) {
    os.indent(indent);
    printPadded(name);
    os << " |";
    for (size_t key = 0; key < names.size(); ++key) {
      os << ' ';
      printPadded(matrix.get(query, key) ? "1" : "0");
    }
    os << '\n';
  }
}
