//===- ProgramLowering.cpp - From s-ops to a program of the dialect -*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/ProgramLowering.h"
#include "MapBuilder.h"

#include "rasp/Dialect/Rasp/Analysis/DomainAnalysis.h"

#include "mlir/IR/Verifier.h"
#include "llvm/Support/FormatVariadic.h"

#include <deque>
#include <map>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// A table has at most so many entries.
static constexpr uint64_t maxTableEntries = 1 << 20;

/// The values of a domain as messages list them.
static std::string toString(const Domain &domain) {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << domain;
  return text.size() < 120 ? text : text.substr(0, 100) + "...";
}

namespace {
class ProgramLowering {
public:
  ProgramLowering(ProgramOp program)
      : context(program.getContext()), program(program), inference(program),
        builder(OpBuilder::atBlockEnd(&program.getBody().front())) {}

  /// The value of `root`, or null after an error.
  Value lower(Node *root);

private:
  using Combinations = std::vector<SmallVector<Scalar>>;

  Value getValue(Node *node);
  Value lowerKind(Node *node);
  Value lowerElementwise(Node *node);
  Value lowerToMap(Node *node, ArrayRef<Node *> inputs);
  Value lowerToTable(Node *node, ArrayRef<Node *> inputs);
  Value lowerAggregate(Node *node);
  Value lowerMean(Node *node, Value selector, Value values);
  Value lowerGather(Node *node, Value selector, Value values);
  Value lowerSelect(Node *node);
  Value recode(Value sop, Type elementType, Location location);

  /// An op that is made, with what can be known of its result.
  template <typename OpTy>
  Value add(OpTy op) {
    inference.infer(op);
    return op.getResult();
  }
  Value makeConstant(const Scalar &value, Location location);
  Value makeLookup(ArrayRef<Value> inputs,
                         ArrayRef<SmallVector<Scalar>> keys,
                         ArrayRef<Scalar> values, bool isComplete, Type type,
                         StringAttr label, Location location);
  std::optional<Combinations> listCombinations(ArrayRef<Node *> inputs);
  Value emitTooMany(Node *node, ArrayRef<Node *> inputs);
  StringAttr getLabel(const Node *node) const {
    return node->name.empty() ? StringAttr()
                              : StringAttr::get(context, node->name);
  }
  static Type getElementType(Value sop) {
    return cast<SOpType>(sop.getType()).getElementType();
  }
  const Domain &getDomain(Value sop) const {
    return std::get<SOpFacts>(inference.get(sop)).domain;
  }
  const SelectorFacts &getFacts(Value selector) const {
    return std::get<SelectorFacts>(inference.get(selector));
  }

  MLIRContext *context;
  ProgramOp program;
  DomainInference inference;
  OpBuilder builder;
  DenseMap<const Node *, Value> lowered;
  /// Nodes of the lowering's own.
  std::deque<Node> ownNodes;
};
} // namespace

//===----------------------------------------------------------------------===//
// Nodes
//===----------------------------------------------------------------------===//

Value ProgramLowering::lower(Node *root) {
  SmallVector<Node *> wanted = {root};
  while (!wanted.empty()) {
    Node *node = wanted.back();
    if (lowered.contains(node)) {
      wanted.pop_back();
      continue;
    }
    size_t numWanted = wanted.size();
    for (Node *operand : llvm::reverse(node->operands))
      if (!lowered.contains(operand) && operand->kind != Node::Kind::Constant)
        wanted.push_back(operand);
    if (wanted.size() > numWanted)
      continue;
    Value value = lowerKind(node);
    if (!value)
      return nullptr;
    lowered[node] = value;
    wanted.pop_back();
  }
  return lowered.lookup(root);
}

Value ProgramLowering::lowerKind(Node *node) {
  Location location = node->location;
  auto operand = [&](unsigned i) { return getValue(node->operands[i]); };
  // The name of a selector is that of its location.
  Location named = node->name.empty()
                       ? location
                       : Location(NameLoc::get(
                             StringAttr::get(context, node->name), location));
  switch (node->kind) {
  case Node::Kind::Tokens:
    return program.getBody().getArgument(0);
  case Node::Kind::Indices:
    return add(IndicesOp::create(builder, location,
                                 SOpType::get(builder.getI64Type()),
                                 getLabel(node)));
  case Node::Kind::Constant:
    return getValue(node);
  case Node::Kind::Elementwise:
    return lowerElementwise(node);
  case Node::Kind::Aggregate:
    return lowerAggregate(node);
  case Node::Kind::SelectorWidth:
    return add(SelectorWidthOp::create(builder, location, operand(0),
                                       getLabel(node)));
  case Node::Kind::Select:
    return lowerSelect(node);
  case Node::Kind::And:
    return add(AndOp::create(builder, named, operand(0), operand(1)));
  case Node::Kind::Or:
    return add(OrOp::create(builder, named, operand(0), operand(1)));
  case Node::Kind::Not:
    return add(NotOp::create(builder, named, operand(0)));
  case Node::Kind::Best:
    if (!getElementType(operand(1)).isIntOrFloat()) {
      emitError(location) << "best expects numbers as scores, found "
                          << toString(getDomain(operand(1)));
      return nullptr;
    }
    return add(BestOp::create(builder, named, operand(0), operand(1)));
  }
  llvm_unreachable("unknown kind of node");
}

/// The value of a node that is lowered; constants are where they are read.
Value ProgramLowering::getValue(Node *node) {
  Value &value = lowered[node];
  if (!value && node->kind == Node::Kind::Constant)
    value = makeConstant(node->scalar, node->location);
  return value;
}

Value ProgramLowering::makeConstant(const Scalar &value,
                                          Location location) {
  Type type = frontend::getElementType(context, value);
  return add(ConstantOp::create(builder, location, SOpType::get(type),
                                getScalarAttribute(context, value),
                                /*label=*/StringAttr()));
}

Value ProgramLowering::lowerSelect(Node *node) {
  Value keys = getValue(node->operands[0]);
  Value queries = getValue(node->operands[1]);
  Predicate predicate = [&] {
    switch (node->comparison) {
    case Operator::Equal:
      return Predicate::EQ;
    case Operator::NotEqual:
      return Predicate::NE;
    case Operator::Less:
      return Predicate::LT;
    case Operator::LessEqual:
      return Predicate::LE;
    case Operator::Greater:
      return Predicate::GT;
    case Operator::GreaterEqual:
      return Predicate::GE;
    default:
      llvm_unreachable("not a comparison");
    }
  }();
  bool isOrder = predicate != Predicate::EQ && predicate != Predicate::NE;
  bool hasString = isa<StringType>(getElementType(keys)) ||
                   isa<StringType>(getElementType(queries));
  bool hasNumber = getElementType(keys).isIntOrFloat() ||
                   getElementType(queries).isIntOrFloat();
  if (isOrder && hasString && hasNumber) {
    emitError(node->location)
        << "'" << getSpelling(node->comparison)
        << "' compares two numbers or two strings, found "
        << toString(getDomain(keys)) << " as keys and "
        << toString(getDomain(queries)) << " as queries";
    return nullptr;
  }
  // Two constants select all or nothing.
  if (node->operands[0]->kind == Node::Kind::Constant &&
      node->operands[1]->kind == Node::Kind::Constant) {
    FailureOr<bool> holds = evaluatePredicate(
        predicate, node->operands[0]->scalar, node->operands[1]->scalar);
    assert(succeeded(holds) && "values of different kinds were refused");
    predicate = *holds ? Predicate::True : Predicate::False;
    keys = queries = program.getBody().getArgument(0);
  }
  Location location = node->location;
  if (!node->name.empty())
    location = NameLoc::get(StringAttr::get(context, node->name), location);
  return add(SelectOp::create(builder, location, keys, queries,
                              PredicateAttr::get(context, predicate),
                              /*table=*/TableAttr()));
}

//===----------------------------------------------------------------------===//
// Elementwise functions
//===----------------------------------------------------------------------===//

Value ProgramLowering::lowerElementwise(Node *node) {
  // The s-ops among the operands, each once.
  SmallVector<Node *> inputs;
  for (Node *operand : node->operands)
    if (operand->kind != Node::Kind::Constant &&
        !is_contained(inputs, operand))
      inputs.push_back(operand);
  if (inputs.empty()) {
    SmallVector<Scalar> operands;
    for (Node *operand : node->operands)
      operands.push_back(operand->scalar);
    std::string reason;
    FailureOr<Scalar> result = compute(*node, operands, context, reason);
    if (succeeded(result))
      return makeConstant(*result, node->location);
    emitError(node->location) << reason;
    return nullptr;
  }
  // What is a string already is not made one.
  if (node->function == ScalarFunction::ToString &&
      isa<StringType>(getElementType(getValue(inputs.front()))))
    return getValue(inputs.front());
  if (Value value = lowerToMap(node, inputs))
    return value;
  if (listCombinations(inputs))
    return lowerToTable(node, inputs);
  // Constants that scalar code cannot write may be s-ops.
  SmallVector<Node *> all;
  for (Node *operand : node->operands)
    if (!is_contained(all, operand))
      all.push_back(operand);
  if (Value value = lowerToMap(node, all))
    return value;
  return emitTooMany(node, inputs);
}

/// Scalar code on `inputs`, or null where there is none for the function.
Value ProgramLowering::lowerToMap(Node *node, ArrayRef<Node *> inputs) {
  Region body;
  Block &block = body.emplaceBlock();
  SmallVector<Value> values;
  for (Node *input : inputs) {
    values.push_back(getValue(input));
    Type type = getElementType(values.back());
    if (isa<AnyType>(type))
      return nullptr;
    block.addArgument(type, node->location);
  }
  SmallVector<MapOperand> operands;
  for (Node *operand : node->operands) {
    const auto *input = llvm::find(inputs, operand);
    if (input == inputs.end())
      operands.push_back({nullptr, operand->scalar});
    else
      operands.push_back({block.getArgument(input - inputs.begin()), {}});
  }
  OpBuilder inner(context);
  inner.setInsertionPointToEnd(&block);
  Value result =
      MapBuilder(inner, node->location).build(node->function, operands);
  if (!result)
    return nullptr;
  YieldOp::create(inner, node->location, result);
  auto map = MapOp::create(builder, node->location,
                           SOpType::get(result.getType()), values,
                           getLabel(node));
  map.getBody().takeBody(body);
  return add(map);
}

std::optional<ProgramLowering::Combinations>
ProgramLowering::listCombinations(ArrayRef<Node *> inputs) {
  SmallVector<Value> values;
  for (Node *input : inputs)
    values.push_back(getValue(input));
  return inference.listCombinations(values, maxTableEntries);
}

Value ProgramLowering::emitTooMany(Node *node, ArrayRef<Node *> inputs) {
  InFlightDiagnostic error = emitError(node->location);
  error << "this is no arithmetic on numbers alone, and would take a table of "
           "more than "
        << maxTableEntries << " combinations of values";
  for (Node *input : inputs)
    error.attachNote(input->location)
        << "the values of this operand are "
        << toString(getDomain(getValue(input)));
  return nullptr;
}

/// A table of what the function is on all values that can occur.
Value ProgramLowering::lowerToTable(Node *node,
                                          ArrayRef<Node *> inputs) {
  Combinations combinations = *listCombinations(inputs);
  std::vector<SmallVector<Scalar>> keys;
  std::vector<Scalar> results;
  std::string firstReason, firstValues;
  for (const SmallVector<Scalar> &combination : combinations) {
    SmallVector<Scalar> operands;
    for (Node *operand : node->operands) {
      const auto *input = llvm::find(inputs, operand);
      operands.push_back(input == inputs.end()
                             ? operand->scalar
                             : combination[input - inputs.begin()]);
    }
    std::string reason;
    FailureOr<Scalar> result = compute(*node, operands, context, reason);
    if (succeeded(result)) {
      keys.push_back(combination);
      results.push_back(*result);
    } else if (firstReason.empty()) {
      firstReason = reason;
      llvm::raw_string_ostream os(firstValues);
      llvm::interleaveComma(combination, os, [&](const Scalar &value) {
        os << describe(StaticValue(value));
      });
    }
  }
  if (results.empty() && !combinations.empty()) {
    emitError(node->location) << firstReason;
    return nullptr;
  }
  bool isComplete = results.size() == combinations.size();
  if (!isComplete)
    emitWarning(node->location)
        << "this is undefined on " << firstValues
        << ", which may occur here: " << firstReason;
  SmallVector<Value> values;
  for (Node *input : inputs)
    values.push_back(getValue(input));
  return makeLookup(values, keys, results, isComplete,
                    frontend::getElementType(context, results), getLabel(node),
                    node->location);
}

/// The table of `values` on `keys`. In a complete one the most frequent value
/// needs no entries.
Value ProgramLowering::makeLookup(ArrayRef<Value> inputs,
                                        ArrayRef<SmallVector<Scalar>> keys,
                                        ArrayRef<Scalar> values,
                                        bool isComplete, Type type,
                                        StringAttr label, Location location) {
  std::map<Scalar, size_t> counts;
  const Scalar *frequent = nullptr;
  for (const Scalar &value : values) {
    size_t count = ++counts[value];
    if (!frequent || count > counts[*frequent])
      frequent = &value;
  }
  Attribute fallback;
  if (isComplete && frequent && counts[*frequent] > 1)
    fallback = getScalarAttribute(context, convertTo(*frequent, type));
  // A table without entries needs one.
  if (values.empty())
    fallback = getScalarAttribute(context, convertTo(Scalar::integer(0), type));
  SmallVector<TableAttr::Entry> entries;
  for (auto [key, value] : llvm::zip_equal(keys, values)) {
    Attribute result = getScalarAttribute(context, convertTo(value, type));
    if (result == fallback)
      continue;
    SmallVector<Attribute> attributes;
    for (const Scalar &part : key)
      attributes.push_back(getScalarAttribute(context, part));
    entries.push_back({attributes, result});
  }
  auto table = TableAttr::getSorted([&] { return emitError(location); },
                                    context, inputs.size(), entries, fallback);
  if (!table)
    return nullptr;
  return add(LookupOp::create(builder, location, SOpType::get(type), inputs,
                              table, label));
}

/// The same values in an s-op of `elementType`, or null if they are too many.
Value ProgramLowering::recode(Value sop, Type elementType,
                                    Location location) {
  if (getElementType(sop) == elementType)
    return sop;
  auto combinations = inference.listCombinations(sop, maxTableEntries);
  if (!combinations) {
    emitError(location) << "expected values of one kind, or few enough to "
                           "list, found "
                        << toString(getDomain(sop));
    return nullptr;
  }
  std::vector<Scalar> values;
  for (const SmallVector<Scalar> &combination : *combinations)
    values.push_back(combination.front());
  return makeLookup(sop, *combinations, values, /*isComplete=*/true,
                    elementType, /*label=*/StringAttr(), location);
}

//===----------------------------------------------------------------------===//
// Aggregates
//===----------------------------------------------------------------------===//

Value ProgramLowering::lowerAggregate(Node *node) {
  Value selector = getValue(node->operands[0]);
  Value values = getValue(node->operands[1]);
  // Values that are all numbers can be averaged, however they were made.
  const Domain &domain = getDomain(values);
  if (isa<AnyType>(getElementType(values)) && domain.isFinite() &&
      !domain.mayBeNone()) {
    Type type = frontend::getElementType(
        context, std::vector<Scalar>(domain.getValues()));
    if (!isa<AnyType>(type))
      values = recode(values, type, node->location);
  }
  if (!values)
    return nullptr;
  bool isNumeric = getElementType(values).isIntOrFloat();
  return !isNumeric || getFacts(selector).atMostOne()
             ? lowerGather(node, selector, values)
             : lowerMean(node, selector, values);
}

Value ProgramLowering::lowerMean(Node *node, Value selector,
                                       Value values) {
  Location location = node->location;
  Type type = builder.getF64Type();
  bool isNumber = node->scalar.isNumeric();
  Attribute defaultValue;
  if (!getFacts(selector).neverEmpty())
    defaultValue = getScalarAttribute(
        context, convertTo(isNumber ? node->scalar : Scalar::integer(0), type));
  Value mean = add(AggregateOp::create(
      builder, location, SOpType::get(type), selector, values, defaultValue,
      /*unique=*/false, isNumber ? getLabel(node) : StringAttr()));
  if (isNumber || !defaultValue)
    return mean;

  // The width tells where another default stands.
  auto makeNode = [&](Node::Kind kind, ArrayRef<Node *> operands = {}) {
    ownNodes.emplace_back(kind, location, operands);
    return &ownNodes.back();
  };
  Node *width = makeNode(Node::Kind::SelectorWidth, node->operands[0]);
  Node *meanNode = makeNode(Node::Kind::Aggregate);
  lowered[meanNode] = mean;
  Node *otherwise = makeNode(Node::Kind::Constant);
  otherwise->scalar = node->scalar;
  Node *choice =
      makeNode(Node::Kind::Elementwise, {meanNode, width, otherwise});
  choice->function = ScalarFunction::Conditional;
  choice->name = node->name;
  return lower(choice);
}

/// An aggregate that passes values on. Where it cannot be shown that a row
/// selects one value only, the program asserts it.
Value ProgramLowering::lowerGather(Node *node, Value selector,
                                         Value values) {
  Location location = node->location;
  SelectorFacts facts = getFacts(selector);
  Type type = getElementType(values);
  Attribute defaultValue;
  if (!facts.neverEmpty()) {
    // 0 and 1 are as good as False and True.
    const Scalar &scalar = node->scalar;
    bool isTruth = type.isInteger(1) && (scalar == Scalar::integer(0) ||
                                         scalar == Scalar::integer(1));
    if (!isTruth && !isa<AnyType>(type)) {
      Type ofBoth = frontend::getElementType(
          context, {type.isInteger(1)    ? Scalar::boolean(false)
                    : type.isInteger(64) ? Scalar::integer(0)
                    : type.isF64()       ? Scalar::number(0)
                                         : Scalar::string(
                                               StringAttr::get(context, "")),
                    scalar});
      values = recode(values, ofBoth, location);
      if (!values)
        return nullptr;
      type = ofBoth;
    }
    defaultValue = getScalarAttribute(context, convertTo(scalar, type));
  }
  bool isAsserted = !facts.atMostOne();
  return add(AggregateOp::create(builder, location, SOpType::get(type),
                                 selector, values, defaultValue, isAsserted,
                                 getLabel(node)));
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

OwningOpRef<ModuleOp>
mlir::rasp::frontend::lowerToProgram(Node *output,
                                     const ProgramContract &contract,
                                     Location location) {
  MLIRContext *context = location.getContext();
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  OpBuilder builder = OpBuilder::atBlockEnd(module->getBody());

  Type tokenType =
      SOpType::get(frontend::getElementType(context, contract.vocab));
  SmallVector<Attribute> vocab;
  for (const Scalar &token : contract.vocab)
    vocab.push_back(getScalarAttribute(
        context,
        convertTo(token, cast<SOpType>(tokenType).getElementType())));
  auto program = ProgramOp::create(
      builder, location, contract.name,
      builder.getFunctionType(tokenType, tokenType),
      /*sym_visibility=*/StringAttr(), builder.getArrayAttr(vocab),
      contract.maxSeqLen, contract.causal, contract.bos, contract.pad,
      /*output=*/StringAttr(), /*arg_attrs=*/ArrayAttr(),
      /*res_attrs=*/ArrayAttr());
  program.getBody().emplaceBlock().addArgument(tokenType, location);

  Value result = ProgramLowering(program).lower(output);
  if (!result)
    return nullptr;
  program.setFunctionType(
      builder.getFunctionType(tokenType, result.getType()));
  builder.setInsertionPointToEnd(&program.getBody().front());
  ReturnOp::create(builder, output->location, result);
  if (failed(verify(*module)))
    return nullptr;
  return module;
}
