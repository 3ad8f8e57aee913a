//===- StaticValue.h - What is known while reading RASP ---------*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an expression of a RASP program is while the program is read: an atom, a
// list, a dict, a function, or an s-op or selector, of which only what computes
// it is known. All live in the Session that made them, and none ever changes.
//
//===----------------------------------------------------------------------===//

#ifndef RASP_IMPORT_STATICVALUE_H
#define RASP_IMPORT_STATICVALUE_H

#include "rasp/Import/AST.h"
#include "rasp/Reference/Scalar.h"

#include "mlir/IR/Location.h"
#include "llvm/ADT/DenseMap.h"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace mlir::rasp::frontend {

class Environment;
class StaticValue;

/// An s-op or a selector, and how it is computed.
struct Node;

struct ListValue {
  std::vector<StaticValue> elements;
};

/// Keys are atoms; in the order in which they were first written.
struct DictValue {
  std::vector<std::pair<Scalar, StaticValue>> items;
  /// Of each key among the items.
  std::map<Scalar, size_t> positions;

  /// Adds a value, in place of that of a key that equals `key`.
  void set(const Scalar &key, StaticValue value);
  /// The value of a key that equals `key`, or null.
  const StaticValue *find(const Scalar &key) const;
};

/// What a function does that is not written in RASP.
enum class NativeFunction {
  /// `selector_width(selector)`
  SelectorWidth,
  /// `best(selector, score)`
  Best,
};

struct FunctionValue {
  StringRef name;
  /// Null for a native function.
  const FunctionStmt *definition = nullptr;
  /// Where the function was defined.
  Environment *closure = nullptr;
  NativeFunction native = NativeFunction::SelectorWidth;

  /// The names of its parameters.
  std::vector<StringRef> getParameters() const;
};

class StaticValue {
public:
  /// No value: what should have computed it failed, and said so.
  StaticValue() = default;
  StaticValue(Scalar atom) : data(std::move(atom)) {}
  StaticValue(const ListValue *list) : data(list) {}
  StaticValue(const DictValue *dict) : data(dict) {}
  StaticValue(const FunctionValue *function) : data(function) {}
  StaticValue(Node *node) : data(node) {}

  bool isUnknown() const {
    return std::holds_alternative<std::monostate>(data);
  }
  const Scalar *getAtom() const { return std::get_if<Scalar>(&data); }
  const ListValue *getList() const { return get<const ListValue *>(); }
  const DictValue *getDict() const { return get<const DictValue *>(); }
  const FunctionValue *getFunction() const {
    return get<const FunctionValue *>();
  }
  Node *getSOp() const;
  Node *getSelector() const;
  /// An s-op or a selector.
  Node *getNode() const { return get<Node *>(); }

private:
  template <typename T>
  T get() const {
    const T *found = std::get_if<T>(&data);
    return found ? *found : nullptr;
  }

  std::variant<std::monostate, Scalar, const ListValue *, const DictValue *,
               const FunctionValue *, Node *>
      data;
};

/// A value as messages name it: `an s-op`, `the integer 3`, `a list`.
std::string describe(const StaticValue &value);

/// A value as it is written in RASP, cut off where it is long; an s-op, a
/// selector or a function by its name.
void print(raw_ostream &os, const StaticValue &value);

//===----------------------------------------------------------------------===//
// S-ops and selectors
//===----------------------------------------------------------------------===//

/// A function of the values at one position.
enum class ScalarFunction {
  Not,
  Negate,
  Plus,
  Round,
  Indicator,
  Power,
  Multiply,
  Divide,
  Modulo,
  Add,
  Subtract,
  Equal,
  LessEqual,
  GreaterEqual,
  Greater,
  Less,
  /// Of two values that count as true or false: true or false.
  And,
  Or,
  /// The first operand if the second is true, else the third.
  Conditional,
  ToString,
  ToInteger,
  ToFloat,
  ToBoolean,
  /// What the node's container has at the operand.
  Index,
  /// Whether the node's container, a list of atoms, has the operand.
  Member,
};

/// The function as it is written, or what it is called.
StringRef getSpelling(ScalarFunction function);

struct Node {
  enum class Kind {
    // S-ops.
    Tokens,
    Indices,
    Constant,
    Elementwise,
    Aggregate,
    SelectorWidth,
    /// Stands for an s-op that is not written in RASP: only what is computed
    /// from it is of interest.
    ForeignSOp,
    // Selectors.
    Select,
    And,
    Or,
    Not,
    Best,
    ForeignSelector,
  };

  Node(Kind kind, Location location, ArrayRef<Node *> operands = {})
      : kind(kind), location(location), operands(operands) {}

  bool isSelector() const { return kind >= Kind::Select; }

  Kind kind;
  Location location;
  /// Of an aggregate: the selector and the values. Of a select: the keys and
  /// the queries. Of `best`: the selector and the scores.
  SmallVector<Node *, 3> operands;
  /// Of an elementwise node.
  ScalarFunction function = ScalarFunction::Plus;
  /// Of Index and Member: a list, a dict or a string.
  StaticValue container;
  /// The value of a constant, or the default of an aggregate.
  Scalar scalar;
  /// The comparison of a select, key first.
  Operator comparison = Operator::Equal;
  /// The variable that it was assigned to, or empty.
  StringRef name;
  /// How many functions were being called where it got its name.
  unsigned nameDepth = 0;
};

/// How a node is computed, as an expression of RASP: `select(tokens, "a", ==)`.
/// Operands that have a name are written so.
std::string describeComputation(const Node *node);

/// The value of `function` at one position, or failure with a sentence in
/// `reason` that says why it has none. Neither Index nor Member.
FailureOr<Scalar> compute(ScalarFunction function, ArrayRef<Scalar> operands,
                          MLIRContext *context, std::string &reason);

/// What a list, a dict or a string has at `index`; likewise.
FailureOr<StaticValue> getElement(const StaticValue &container,
                                  const Scalar &index, MLIRContext *context,
                                  std::string &reason);

/// The value of an elementwise node at one position; likewise.
FailureOr<Scalar> compute(const Node &node, ArrayRef<Scalar> operands,
                          MLIRContext *context, std::string &reason);

/// Whether a condition holds: an atom other than 0, False and "".
bool isTrue(const Scalar &atom);

/// The characters of a string in UTF-8; a byte that begins none is one.
std::vector<StringRef> getCharacters(StringRef text);

} // namespace mlir::rasp::frontend

#endif // RASP_IMPORT_STATICVALUE_H
