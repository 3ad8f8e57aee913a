//===- ValueTrace.cpp - Follows the values of a program through passes ----===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ValueTrace.h"

#include "rasp/Dialect/Craft/Analysis/ValueNames.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::rasp;

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

/// The metadata of the locations that tell the ops of a program, and the
/// subspaces of a `craft.program`, from each other.
static constexpr StringLiteral opTag = "rasp.op", subspaceTag = "rasp.subspace";

static Location addTag(Location loc, StringRef tag, size_t number) {
  Builder builder(loc.getContext());
  return FusedLoc::get(
      loc.getContext(), {loc},
      builder.getDictionaryAttr(builder.getNamedAttr(
          tag, builder.getI64IntegerAttr(static_cast<int64_t>(number)))));
}

/// The number with which `addTag` made `loc`.
static std::optional<size_t> getTag(Location loc, StringRef tag) {
  auto fused = dyn_cast<FusedLoc>(loc);
  if (!fused)
    return std::nullopt;
  auto metadata = dyn_cast_if_present<DictionaryAttr>(fused.getMetadata());
  auto number = metadata ? metadata.getAs<IntegerAttr>(tag) : IntegerAttr();
  if (!number)
    return std::nullopt;
  return number.getInt();
}

/// What the value of `op`, in a `rasp.program`, is called.
static StringRef getName(Operation *op) {
  if (op->getNumResults() == 1 && isa<SelectorType>(op->getResult(0).getType()))
    return getValueName(op->getLoc());
  auto labeled = dyn_cast<LabeledOpInterface>(op);
  if (labeled && labeled.getLabelAttr())
    return labeled.getLabelAttr();
  return isa<IndicesOp>(op) ? "indices" : "";
}

std::optional<size_t> ValueTrace::findSource(Location loc) const {
  while (true) {
    if (auto found = sourceOfLocation.find(loc);
        found != sourceOfLocation.end())
      return found->second;
    if (auto name = dyn_cast<NameLoc>(loc))
      loc = name.getChildLoc();
    else if (getTag(loc, subspaceTag))
      loc = cast<FusedLoc>(loc).getLocations().front();
    else
      return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// The program as it is written
//===----------------------------------------------------------------------===//

/// What the value of `op` depends on.
static SmallVector<Value> getOperandsRead(Operation *op) {
  SmallVector<Value> operands(op->getOperands());
  auto select = dyn_cast<SelectOp>(op);
  std::optional<Predicate> predicate =
      select ? select.getPredicate() : std::nullopt;
  // All or nothing, whatever the operands are, unless they are none.
  llvm::erase_if(operands, [&](Value operand) {
    Operation *writer = operand.getDefiningOp();
    bool hasValue = !writer || isa<IndicesOp, SelectorWidthOp>(writer);
    return predicate == Predicate::False ||
           (predicate == Predicate::True && hasValue);
  });
  return operands;
}

LogicalResult ValueTrace::collectSources(ModuleOp module, ProgramOp program) {
  size_t numOps = 0;
  for (BlockArgument argument : program.getBody().getArguments())
    argument.setLoc(addTag(argument.getLoc(), opTag, numOps++));
  module.walk<WalkOrder::PreOrder>([&](Operation *op) {
    op->setLoc(addTag(op->getLoc(), opTag, numOps++));
    return isa<MapOp, SelectOp>(op) ? WalkResult::skip()
                                    : WalkResult::advance();
  });

  view = module.clone();
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  manager.addPass(createInlinerPass({}, [](OpPassManager &) {}));
  if (failed(manager.run(*view)))
    return failure();

  auto add = [&](Value value, StringRef name, Location loc) {
    Source &source = sources.emplace_back();
    source.name = name.str();
    source.location = loc;
    source.value = value;
    source.isRead = false;
    sourceOfLocation[loc] = sourceOfValue[value] = sources.size() - 1;
  };
  ProgramOp written = *view->getOps<ProgramOp>().begin();
  for (BlockArgument argument : written.getBody().getArguments())
    add(argument, "tokens", argument.getLoc());
  for (Operation &op : written.getBody().front())
    if (op.getNumResults() == 1)
      add(op.getResult(0), getName(&op), op.getLoc());

  SmallVector<Value> worklist(
      written.getBody().front().getTerminator()->getOperands());
  while (!worklist.empty()) {
    Value value = worklist.pop_back_val();
    auto found = sourceOfValue.find(value);
    if (found == sourceOfValue.end() || sources[found->second].isRead)
      continue;
    sources[found->second].isRead = true;
    if (Operation *op = value.getDefiningOp())
      llvm::append_range(worklist, getOperandsRead(op));
  }
  return success();
}

void ValueTrace::collectSources(craft::ProgramOp program) {
  // Ops at one location are made of one value.
  DenseMap<Attribute, size_t> known;
  size_t numOps = 0;
  for (Operation &op : program.getProgramBody().without_terminator()) {
    Location loc = op.getLoc();
    StringRef name = craft::getValueName(&op);
    auto [it, isNew] = known.try_emplace(loc, sources.size());
    if (isNew) {
      Source &source = sources.emplace_back();
      source.name = name.str();
      source.location = loc;
    }
    Location tagged = addTag(loc, opTag, numOps++);
    sourceOfLocation[tagged] = it->second;
    if (!name.empty())
      tagged =
          NameLoc::get(StringAttr::get(program.getContext(), name), tagged);
    op.setLoc(tagged);
  }
}

/// Whether `program` is of craft's ops alone, as it has to be to be compiled.
static bool isOfCraft(craft::ProgramOp program) {
  return llvm::all_of(
      program.getProgramBody().without_terminator(), [](Operation &op) {
        return isa_and_present<craft::CraftDialect>(op.getDialect()) &&
               op.getNumResults() == 1 &&
               isa<craft::SubspaceTypeInterface>(op.getResult(0).getType());
      });
}

LogicalResult ValueTrace::beginLowering(ModuleOp module) {
  for (auto program : module.getOps<craft::ProgramOp>())
    if (isOfCraft(program))
      collectSources(program);
  for (auto program : module.getOps<ProgramOp>())
    return collectSources(module, program);
  return success();
}

//===----------------------------------------------------------------------===//
// Equal values
//===----------------------------------------------------------------------===//

/// Calls `merge` for each op of `block` that computes the same as an earlier
/// one: what a pass may then do is to keep one of the two.
static void
forEachEqual(Block &block,
             llvm::function_ref<void(Operation *op, Operation *first)> merge) {
  DenseMap<Value, Value> firsts;
  auto getFirst = [&](Value value) {
    auto found = firsts.find(value);
    return found == firsts.end() ? value : found->second;
  };
  std::map<size_t, SmallVector<Operation *, 1>> opsOfHash;
  for (Operation &op : block.without_terminator()) {
    if (op.use_empty() || !isMemoryEffectFree(&op))
      continue;
    size_t hash = OperationEquivalence::computeHash(
        &op, [&](Value value) { return hash_value(getFirst(value)); },
        OperationEquivalence::ignoreHashValue,
        OperationEquivalence::IgnoreLocations);
    SmallVector<Operation *, 1> &others = opsOfHash[hash];
    Operation **first = llvm::find_if(others, [&](Operation *other) {
      // Of values inside of regions.
      DenseMap<Value, Value> inner;
      return OperationEquivalence::isEquivalentTo(
          other, &op,
          [&](Value lhs, Value rhs) {
            return success(getFirst(lhs) == getFirst(rhs) ||
                           inner.lookup(lhs) == rhs);
          },
          [&](Value lhs, Value rhs) { inner[lhs] = rhs; },
          OperationEquivalence::IgnoreLocations);
    });
    if (first == others.end()) {
      others.push_back(&op);
      continue;
    }
    for (auto [result, firstResult] :
         llvm::zip_equal(op.getResults(), (*first)->getResults()))
      firsts[result] = firstResult;
    merge(&op, *first);
  }
}

//===----------------------------------------------------------------------===//
// From pass to pass
//===----------------------------------------------------------------------===//

SmallVector<size_t> ValueTrace::findHeld(std::optional<size_t> source,
                                         StringRef name) const {
  if (!source)
    return {};
  if (sources[*source].name == name)
    return {*source};
  // What has another name is a part, unless it had none: an op without a name
  // takes over that of an op which it replaces.
  SmallVector<size_t> held;
  if (!sources[*source].name.empty())
    return held;
  for (auto [number, other] : llvm::enumerate(sources))
    if (other.name == name && !other.isPresent)
      held.push_back(number);
  return held;
}

void ValueTrace::observe(ProgramOp program) {
  Block &body = program.getBody().front();
  for (Source &source : sources)
    source.isPresent = source.isAggregate = false;
  for (BlockArgument argument : body.getArguments())
    if (std::optional<size_t> source = findSource(argument.getLoc()))
      sources[*source].isPresent = true;
  for (Operation &op : body) {
    std::optional<size_t> source = findSource(op.getLoc());
    if (!source)
      continue;
    if (sources[*source].name == getName(&op))
      sources[*source].isPresent = true;
    if (isa<AggregateOp>(op))
      sources[*source].isAggregate = true;
  }

  auto getHeld = [&](Operation *op) {
    return findHeld(findSource(op->getLoc()), getName(op));
  };
  for (auto constant : body.getOps<ConstantOp>())
    for (size_t source : getHeld(constant))
      sources[source].constant = getScalar(constant.getValue());
  forEachEqual(body, [&](Operation *op, Operation *first) {
    for (size_t source : getHeld(op))
      for (size_t other : getHeld(first))
        if (getFirstSource(source) != getFirstSource(other))
          sources[getFirstSource(source)].equal = getFirstSource(other);
  });
}

/// The number of the subspace that `op` computes.
static size_t getSubspace(Operation *op) {
  return *getTag(op->getLoc(), subspaceTag);
}

void ValueTrace::numberSubspaces(craft::ProgramOp program) {
  // What takes the place of a subspace bears its number. Where that is several
  // ops, the last has its value and the others compute parts of it.
  llvm::DenseSet<size_t> seen;
  Block &body = program.getProgramBody();
  for (Operation &op : llvm::reverse(body.without_terminator())) {
    Location loc = op.getLoc();
    std::optional<size_t> number = getTag(loc, subspaceTag);
    if (!number || !seen.insert(*number).second) {
      Subspace &subspace = subspaces.emplace_back();
      subspace.source = findSource(loc);
      if (!number) {
        auto name = dyn_cast<NameLoc>(loc);
        for (size_t held :
             findHeld(subspace.source, name ? name.getName().getValue() : ""))
          subspace.holds.insert(held);
      }
      number = subspaces.size() - 1;
      seen.insert(*number);
      op.setLoc(addTag(loc, subspaceTag, *number));
    }
    subspaces[*number].type =
        cast<craft::SubspaceTypeInterface>(op.getResult(0).getType());
  }
}

void ValueTrace::observe(craft::ProgramOp program) {
  numberSubspaces(program);
  Block &body = program.getProgramBody();
  for (auto linear : body.getOps<craft::LinearOp>()) {
    Subspace &subspace = subspaces[getSubspace(linear)];
    subspace.inputs.clear();
    for (Value input : linear.getInputs())
      subspace.inputs.push_back(getSubspace(input.getDefiningOp()));
    subspace.map = linear.getMap();
  }
  forEachEqual(body, [&](Operation *op, Operation *first) {
    size_t other = getFirstSubspace(getSubspace(op));
    size_t kept = getFirstSubspace(getSubspace(first));
    if (other == kept)
      return;
    subspaces[other].equal = kept;
    subspaces[kept].holds.insert_range(subspaces[other].holds);
  });
  collectBlocks(program);
}

void ValueTrace::collectBlocks(craft::ProgramOp program) {
  blocks.clear();
  numColumns = 0;
  craft::ValueNames names(program);
  craft::UniqueNames labels;
  labels.claim("bos");
  DenseMap<Value, size_t> blockOfValue;
  std::map<int64_t, int64_t> numHeads;
  for (Operation &op : program.getProgramBody().without_terminator()) {
    auto block = dyn_cast<craft::BlockOpInterface>(op);
    auto embed = dyn_cast<craft::EmbedOp>(op);
    if (!embed && !(block && block.getAllocatedLayer())) {
      blocks.clear();
      return;
    }

    TracedBlock &traced = blocks.emplace_back();
    Value result = op.getResult(0);
    traced.name = names.getName(result).str();
    traced.location = op.getLoc();
    traced.type = cast<craft::SubspaceTypeInterface>(result.getType());
    traced.subspace = getSubspace(&op);
    // As craft-allocate-residual assigns and labels them: in order. Whether it
    // has is checked by the labels of the transformer.
    traced.firstColumn = numColumns;
    for (const std::string &label : names.getColumnLabels(result)) {
      std::string claimed = labels.claim(label);
      if (traced.firstLabel.empty())
        traced.firstLabel = std::move(claimed);
    }
    numColumns += traced.type.getDimension();
    if (embed) {
      traced.ofTokens = bool(embed.getTokens());
      traced.ofPositions = bool(embed.getPositions());
    } else {
      traced.layer = *block.getAllocatedLayer();
      traced.kind = block.isAttention() ? TracedBlock::Kind::Head
                                        : TracedBlock::Kind::MLP;
      if (block.isAttention())
        traced.number = numHeads[traced.layer]++;
    }
    for (Value operand : op.getOperands())
      traced.inputs.push_back(blockOfValue.at(operand));
    blockOfValue[result] = blocks.size() - 1;
  }
}

void ValueTrace::beginPass(ModuleOp module) {
  for (auto program : module.getOps<ProgramOp>())
    observe(program);
  for (auto program : module.getOps<craft::ProgramOp>())
    if (isOfCraft(program))
      observe(program);
}
