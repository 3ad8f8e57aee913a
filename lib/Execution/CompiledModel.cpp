//===- CompiledModel.cpp - A model compiled to machine code -----*- C++ -*-===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Execution/CompiledModel.h"
#include "ExecutionPipeline.h"

#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/ExecutionEngine/ExecutionEngine.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ExecutionEngine/Orc/JITTargetMachineBuilder.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Target/TargetMachine.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;

namespace {

/// A memref as compiled code takes it, for any rank: pointers, offset, sizes
/// and strides, each of 64 bits.
class MemRefDescriptor {
public:
  MemRefDescriptor(const void *data, ArrayRef<int64_t> shape)
      : words(3 + 2 * shape.size()) {
    words[0] = words[1] = reinterpret_cast<intptr_t>(data);
    int64_t stride = 1;
    for (int64_t dimension = shape.size() - 1; dimension >= 0; --dimension) {
      words[3 + dimension] = shape[dimension];
      words[3 + shape.size() + dimension] = stride;
      stride *= shape[dimension];
    }
  }
  void *get() { return words.data(); }

private:
  SmallVector<int64_t, 9> words;
};

/// A weight that compiled code takes as an argument.
struct WeightArgument {
  SmallVector<int64_t> shape;
  std::vector<float> data;
};

/// The greatest number of ids in a batch of inputs, unless one has more.
constexpr size_t maxIdsPerBatch = 4096;

/// The name of the function in the module that is compiled.
constexpr StringLiteral entryName = "model";

} // namespace

struct CompiledModel::Implementation {
  std::vector<WeightArgument> weights;
  /// The tokens' static sizes, or -1.
  int64_t staticBatch = -1, staticSequence = -1;
  std::unique_ptr<ExecutionEngine> engine;
  void (*function)(void **) = nullptr;
};

CompiledModel::CompiledModel(ModelContract contract,
                             std::unique_ptr<Implementation> implementation)
    : contract(std::move(contract)), implementation(std::move(implementation)) {
}

CompiledModel::~CompiledModel() = default;

int64_t CompiledModel::getStaticBatch() const {
  return implementation->staticBatch;
}

//===----------------------------------------------------------------------===//
// Compilation
//===----------------------------------------------------------------------===//

/// The model called `name`, or the only one. Emits an error where there is
/// none.
static func::FuncOp findModel(ModuleOp module, StringRef name) {
  SmallVector<func::FuncOp> models;
  for (auto function : module.getOps<func::FuncOp>())
    if (craft::isModel(function) &&
        (name.empty() || function.getSymName() == name))
      models.push_back(function);
  if (models.size() == 1)
    return models.front();
  InFlightDiagnostic diagnostic = module.emitError();
  if (models.empty() && name.empty())
    diagnostic << "expected a function that convert-craft-to-linalg made, and "
                  "found none";
  else if (models.empty())
    diagnostic << "expected a function '" << name
               << "' that convert-craft-to-linalg made, and found none";
  else
    diagnostic << "the module has " << models.size()
               << " models; name the one that is meant";
  for (func::FuncOp model : models)
    diagnostic.attachNote(model.getLoc())
        << "model '" << model.getSymName() << "'";
  return nullptr;
}

/// Appends the elements of `value`, if they are at hand and of f32.
static LogicalResult readElements(ElementsAttr value,
                                  std::vector<float> &data) {
  if (auto resource = dyn_cast<DenseF32ResourceElementsAttr>(value)) {
    std::optional<ArrayRef<float>> elements = resource.tryGetAsArrayRef();
    if (!elements)
      return failure();
    llvm::append_range(data, *elements);
    return success(static_cast<int64_t>(data.size()) == value.getNumElements());
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense || !dense.getElementType().isF32())
    return failure();
  llvm::append_range(data, dense.getValues<float>());
  return success();
}

/// The values of the weights that `function` takes as arguments.
static FailureOr<std::vector<WeightArgument>>
readWeights(func::FuncOp function) {
  std::vector<WeightArgument> weights;
  auto values = function->getAttrOfType<DictionaryAttr>(craft::weightsAttrName);
  for (unsigned index = 1; index < function.getNumArguments(); ++index) {
    auto name =
        function.getArgAttrOfType<StringAttr>(index, craft::weightAttrName);
    auto value = name && values ? values.getAs<ElementsAttr>(name) : nullptr;
    WeightArgument &weight = weights.emplace_back();
    if (!value || value.getType() != function.getArgumentTypes()[index] ||
        failed(readElements(value, weight.data)))
      return function.emitError()
             << "expected the value of argument " << index << ", of type "
             << function.getArgumentTypes()[index] << ", in '"
             << craft::weightsAttrName << "'";
    llvm::append_range(weight.shape, value.getShapedType().getShape());
  }
  return weights;
}

/// A module of its own for `function`, which stores its result in a further
/// argument instead of returning it.
static OwningOpRef<ModuleOp> extract(func::FuncOp function) {
  OwningOpRef<ModuleOp> module = ModuleOp::create(function.getLoc());
  OpBuilder builder = OpBuilder::atBlockBegin(module->getBody());
  auto copy = cast<func::FuncOp>(builder.clone(*function));
  copy.setSymName(entryName);
  copy.setPublic();
  // Names, labels and weights have nothing to say to the compiler.
  copy.removeArgAttrsAttr();
  copy.removeResAttrsAttr();
  copy->setDiscardableAttrs(builder.getDictionaryAttr(builder.getNamedAttr(
      LLVM::LLVMDialect::getEmitCWrapperAttrName(), builder.getUnitAttr())));

  auto resultType = cast<RankedTensorType>(copy.getResultTypes().front());
  auto bufferType =
      MemRefType::get(resultType.getShape(), resultType.getElementType());
  unsigned index = copy.getNumArguments();
  if (failed(copy.insertArgument(index, bufferType, {}, copy.getLoc())))
    return nullptr;
  Operation *terminator = copy.front().getTerminator();
  builder.setInsertionPoint(terminator);
  bufferization::MaterializeInDestinationOp::create(
      builder, terminator->getLoc(), /*result=*/Type(),
      terminator->getOperand(0), copy.getArgument(index), /*restrict=*/true,
      /*writable=*/true);
  terminator->eraseOperand(0);
  copy.setFunctionType(builder.getFunctionType(copy.getArgumentTypes(), {}));
  return module;
}

/// A compiler for this machine.
static llvm::Expected<std::unique_ptr<llvm::TargetMachine>>
createTargetMachine() {
  static const bool initialized = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)initialized;
  llvm::Expected<llvm::orc::JITTargetMachineBuilder> builder =
      llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!builder)
    return builder.takeError();
  builder->setCodeGenOptLevel(llvm::CodeGenOptLevel::Less);
  return builder->createTargetMachine();
}

FailureOr<std::unique_ptr<CompiledModel>>
CompiledModel::create(ModuleOp module, StringRef name) {
  func::FuncOp function = findModel(module, name);
  if (!function)
    return failure();
  FailureOr<ModelContract> contract = ModelContract::get(function);
  if (failed(contract))
    return failure();
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return function.emitError() << "expected a function with one block";

  auto implementation = std::make_unique<Implementation>();
  FailureOr<std::vector<WeightArgument>> weights = readWeights(function);
  if (failed(weights))
    return failure();
  implementation->weights = std::move(*weights);
  auto tokensType = cast<RankedTensorType>(function.getArgumentTypes().front());
  if (!tokensType.isDynamicDim(0))
    implementation->staticBatch = tokensType.getDimSize(0);
  if (!tokensType.isDynamicDim(1))
    implementation->staticSequence = tokensType.getDimSize(1);

  MLIRContext *context = module.getContext();
  DialectRegistry registry;
  registerExecutionDialects(registry);
  context->appendDialectRegistry(registry);
  context->loadDialect<bufferization::BufferizationDialect, LLVM::LLVMDialect,
                       memref::MemRefDialect>();

  OwningOpRef<ModuleOp> extracted = extract(function);
  if (!extracted)
    return failure();
  PassManager passManager(context, ModuleOp::getOperationName());
  buildExecutionPipeline(passManager);
  if (failed(passManager.run(*extracted)))
    return function.emitError() << "could not be lowered to machine code";

  auto report = [&](llvm::Error error) -> LogicalResult {
    return function.emitError()
           << "could not be compiled: " << llvm::toString(std::move(error));
  };
  llvm::Expected<std::unique_ptr<llvm::TargetMachine>> machine =
      createTargetMachine();
  if (!machine)
    return report(machine.takeError());
  // The loops are vectorized already: LLVM's optimizer would take most of the
  // time and gain nothing.
  ExecutionEngineOptions options;
  options.jitCodeGenOptLevel = llvm::CodeGenOptLevel::Less;
  options.enableGDBNotificationListener = false;
  options.enablePerfNotificationListener = false;
  llvm::Expected<std::unique_ptr<ExecutionEngine>> engine =
      ExecutionEngine::create(*extracted, options, std::move(*machine));
  if (!engine)
    return report(engine.takeError());
  implementation->engine = std::move(*engine);
  auto compiled =
      implementation->engine->lookupPacked(("_mlir_ciface_" + entryName).str());
  if (!compiled)
    return report(compiled.takeError());
  implementation->function = *compiled;
  return std::unique_ptr<CompiledModel>(
      new CompiledModel(std::move(*contract), std::move(implementation)));
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

LogicalResult CompiledModel::run(ArrayRef<int32_t> ids, int64_t batch,
                                 int64_t sequence,
                                 MutableArrayRef<float> results) const {
  auto mismatch = [](int64_t expected, int64_t found) {
    return expected >= 0 && expected != found;
  };
  if (batch < 1 || sequence < 1 ||
      ids.size() != static_cast<uint64_t>(batch) * sequence)
    return emitError(contract.getLoc())
           << "expected " << batch << " x " << sequence
           << " token ids, and found " << ids.size();
  if (sequence > contract.getShape().getNumPositions())
    return emitError(contract.getLoc())
           << "expected at most " << contract.getShape().getNumPositions()
           << " positions with BOS, and found " << sequence;
  if (mismatch(implementation->staticBatch, batch) ||
      mismatch(implementation->staticSequence, sequence))
    return emitError(contract.getLoc())
           << "the model was compiled for a batch of static size, and not for "
           << batch << " rows of " << sequence << " positions";

  int64_t numOutputs = contract.getShape().numOutputs;
  if (results.size() != ids.size() * numOutputs)
    return emitError(contract.getLoc())
           << "expected room for " << ids.size() * numOutputs
           << " results, and found room for " << results.size();
  SmallVector<MemRefDescriptor> descriptors;
  descriptors.emplace_back(ids.data(), ArrayRef<int64_t>{batch, sequence});
  for (const WeightArgument &weight : implementation->weights)
    descriptors.emplace_back(weight.data.data(), weight.shape);
  descriptors.emplace_back(results.data(),
                           ArrayRef<int64_t>{batch, sequence, numOutputs});
  // A packed call takes the address of each argument, and each of these is the
  // address of a descriptor.
  SmallVector<void *> arguments, packed;
  for (MemRefDescriptor &descriptor : descriptors)
    arguments.push_back(descriptor.get());
  for (void *&argument : arguments)
    packed.push_back(&argument);
  implementation->function(packed.data());
  return success();
}

LogicalResult CompiledModel::run(ArrayRef<int32_t> ids, int64_t batch,
                                 int64_t sequence,
                                 SmallVectorImpl<float> &results) const {
  results.resize_for_overwrite(ids.size() * contract.getShape().numOutputs);
  return run(ids, batch, sequence, MutableArrayRef<float>(results));
}

LogicalResult CompiledModel::runBatch(ArrayRef<Sequence> inputs,
                                      std::vector<Sequence> &outputs) const {
  size_t sequence = 1;
  for (const Sequence &input : inputs)
    sequence = std::max(sequence, input.size() + 1);
  if (implementation->staticSequence > 0)
    sequence = std::max<size_t>(sequence, implementation->staticSequence);
  SmallVector<int32_t> ids;
  for (const Sequence &input : inputs)
    if (failed(contract.encode(input, sequence, ids)))
      return failure();
  // A static batch is filled with rows that nobody reads.
  size_t batch = std::max<int64_t>(inputs.size(), implementation->staticBatch);
  while (ids.size() < batch * sequence)
    ids.push_back(ids.size() % sequence == 0 ? contract.getShape().getBosId()
                                             : contract.getShape().getPadId());
  SmallVector<float> results;
  if (failed(run(ids, batch, sequence, results)))
    return failure();

  size_t numOutputs = contract.getShape().numOutputs;
  for (auto [row, input] : llvm::enumerate(inputs)) {
    Sequence &output = outputs.emplace_back();
    for (size_t position = 1; position <= input.size(); ++position) {
      ArrayRef<float> logits = ArrayRef<float>(results).slice(
          (row * sequence + position) * numOutputs, numOutputs);
      if (!llvm::all_of(logits,
                        [](float logit) { return std::isfinite(logit); }))
        return emitError(contract.getLoc())
               << "the model computed a number that is not finite at position "
               << position - 1;
      output.push_back(contract.decode(logits));
    }
  }
  return success();
}

FailureOr<std::vector<Sequence>>
CompiledModel::run(ArrayRef<Sequence> inputs) const {
  std::vector<Sequence> outputs;
  while (!inputs.empty()) {
    // As many as fit, when all are padded to the longest of them.
    size_t count = 0, longest = 0;
    while (count < inputs.size()) {
      size_t length = std::max(longest, inputs[count].size() + 1);
      if (count > 0 &&
          (length * (count + 1) > maxIdsPerBatch ||
           static_cast<int64_t>(count) == implementation->staticBatch))
        break;
      longest = length;
      ++count;
    }
    if (failed(runBatch(inputs.take_front(count), outputs)))
      return failure();
    inputs = inputs.drop_front(count);
  }
  return outputs;
}
