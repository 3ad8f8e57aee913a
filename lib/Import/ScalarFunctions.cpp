//===- ScalarFunctions.cpp - What RASP computes at one position -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Import/StaticValue.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

/// Strings that a program computes are at most so long.
static constexpr size_t maxStringSize = 1 << 20;

//===----------------------------------------------------------------------===//
// Messages
//===----------------------------------------------------------------------===//

StringRef mlir::rasp::frontend::getSpelling(ScalarFunction function) {
  switch (function) {
  case ScalarFunction::Not:
    return "not";
  case ScalarFunction::Negate:
  case ScalarFunction::Subtract:
    return "-";
  case ScalarFunction::Plus:
  case ScalarFunction::Add:
    return "+";
  case ScalarFunction::Round:
    return "round";
  case ScalarFunction::Indicator:
    return "indicator";
  case ScalarFunction::Power:
    return "^";
  case ScalarFunction::Multiply:
    return "*";
  case ScalarFunction::Divide:
    return "/";
  case ScalarFunction::Modulo:
    return "%";
  case ScalarFunction::Equal:
    return "==";
  case ScalarFunction::LessEqual:
    return "<=";
  case ScalarFunction::GreaterEqual:
    return ">=";
  case ScalarFunction::Greater:
    return ">";
  case ScalarFunction::Less:
    return "<";
  case ScalarFunction::And:
    return "and";
  case ScalarFunction::Or:
    return "or";
  case ScalarFunction::Conditional:
    return "if";
  case ScalarFunction::ToString:
    return "tokens_str";
  case ScalarFunction::ToInteger:
    return "tokens_int";
  case ScalarFunction::ToFloat:
    return "tokens_float";
  case ScalarFunction::ToBoolean:
    return "tokens_bool";
  case ScalarFunction::Index:
    return "[]";
  case ScalarFunction::Member:
    return "in";
  }
  llvm_unreachable("unknown function");
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

static bool isInteger(const Scalar &atom) {
  return atom.getKind() == Scalar::Kind::Bool ||
         atom.getKind() == Scalar::Kind::Integer;
}

namespace {
/// Arithmetic that says why it has no result.
class Arithmetic {
public:
  Arithmetic(ScalarFunction function, ArrayRef<Scalar> operands,
             std::string &reason)
      : function(function), operands(operands), reason(reason) {}

  FailureOr<Scalar> compute() {
    for (const Scalar &operand : operands)
      if (!operand.isNumeric())
        return fail(describeOperands());
    const Scalar &lhs = operands.front();
    if (operands.size() == 1)
      return computeUnary(lhs);
    const Scalar &rhs = operands.back();
    if (function == ScalarFunction::Divide ||
        function == ScalarFunction::Modulo) {
      if (rhs == Scalar::integer(0))
        return fail(llvm::formatv("{0} {1} 0 is undefined", lhs,
                                  getSpelling(function)));
    }
    if (function == ScalarFunction::Divide)
      return finite(Scalar::divide(lhs, rhs));
    if (function == ScalarFunction::Power)
      return power(lhs, rhs);
    return isInteger(lhs) && isInteger(rhs)
               ? computeIntegers(lhs.getNumerator(), rhs.getNumerator())
               : computeNumbers(lhs, rhs);
  }

private:
  LogicalResult fail(const Twine &message) {
    reason = message.str();
    return failure();
  }

  std::string describeOperands() const {
    if (operands.size() == 1)
      return llvm::formatv("'{0}' expects a number, found {1}",
                           getSpelling(function), describe(operands[0]));
    bool takesStrings = function == ScalarFunction::Add;
    return llvm::formatv("'{0}' expects two numbers{1}, found {2} and {3}",
                         getSpelling(function),
                         takesStrings ? " or strings" : "",
                         describe(operands[0]), describe(operands[1]));
  }

  FailureOr<Scalar> finite(Scalar number) {
    if (std::isfinite(number.getDouble()))
      return number;
    return fail(Twine("the result of '") + getSpelling(function) +
                "' is beyond the range of a double");
  }

  FailureOr<Scalar> fromDouble(double value) {
    if (std::isfinite(value))
      return Scalar::number(value);
    return fail(Twine("the result of '") + getSpelling(function) +
                "' is no finite number");
  }

  FailureOr<Scalar> overflow() {
    return fail(Twine("the result of '") + getSpelling(function) +
                "' is an integer of more than 64 bits");
  }

  FailureOr<Scalar> computeUnary(const Scalar &operand) {
    if (function == ScalarFunction::Round)
      return round(operand);
    bool isNegation = function == ScalarFunction::Negate;
    if (isInteger(operand)) {
      int64_t result = operand.getNumerator();
      if (isNegation && __builtin_sub_overflow(0, result, &result))
        return overflow();
      return Scalar::integer(result);
    }
    return isNegation ? Scalar::subtract(Scalar::number(0), operand) : operand;
  }

  /// To the nearest integer, of two to the even one.
  FailureOr<Scalar> round(const Scalar &operand) {
    if (isInteger(operand))
      return Scalar::integer(operand.getNumerator());
    if (!operand.isExact()) {
      double rounded = std::nearbyint(operand.getDouble());
      if (std::abs(rounded) < 0x1p63)
        return Scalar::integer(int64_t(rounded));
      return overflow();
    }
    int64_t divisor = operand.getDenominator();
    int64_t low = floorQuotient(operand.getNumerator(), divisor);
    // Twice the rest, compared without an overflow.
    int64_t rest = operand.getNumerator() - low * divisor;
    int64_t other = divisor - rest;
    bool up = rest > other || (rest == other && low % 2 != 0);
    return Scalar::integer(low + (up ? 1 : 0));
  }

  static int64_t floorQuotient(int64_t lhs, int64_t rhs) {
    int64_t quotient = lhs / rhs;
    return quotient - ((lhs % rhs != 0) && ((lhs < 0) != (rhs < 0)) ? 1 : 0);
  }

  FailureOr<Scalar> computeIntegers(int64_t lhs, int64_t rhs) {
    int64_t result = 0;
    bool isTooLarge = false;
    switch (function) {
    case ScalarFunction::Add:
      isTooLarge = __builtin_add_overflow(lhs, rhs, &result);
      break;
    case ScalarFunction::Subtract:
      isTooLarge = __builtin_sub_overflow(lhs, rhs, &result);
      break;
    case ScalarFunction::Multiply:
      isTooLarge = __builtin_mul_overflow(lhs, rhs, &result);
      break;
    case ScalarFunction::Modulo:
      // The sign is the divisor's; -1 divides all, and its quotient may not
      // fit.
      result = rhs == -1 ? 0 : lhs % rhs;
      if (result != 0 && (result < 0) != (rhs < 0))
        result += rhs;
      break;
    default:
      llvm_unreachable("not a function of two integers");
    }
    return isTooLarge ? overflow() : Scalar::integer(result);
  }

  FailureOr<Scalar> computeNumbers(const Scalar &lhs, const Scalar &rhs) {
    switch (function) {
    case ScalarFunction::Add:
      return finite(Scalar::add(lhs, rhs));
    case ScalarFunction::Subtract:
      return finite(Scalar::subtract(lhs, rhs));
    case ScalarFunction::Multiply:
      return finite(Scalar::multiply(lhs, rhs));
    case ScalarFunction::Modulo: {
      Scalar quotient = Scalar::divide(lhs, rhs);
      Scalar whole =
          quotient.isExact()
              ? Scalar::integer(floorQuotient(quotient.getNumerator(),
                                              quotient.getDenominator()))
              : Scalar::number(std::floor(quotient.getDouble()));
      return finite(Scalar::subtract(lhs, Scalar::multiply(whole, rhs)));
    }
    default:
      llvm_unreachable("not a function of two numbers");
    }
  }

  FailureOr<Scalar> power(const Scalar &base, const Scalar &exponent) {
    bool isNegative = exponent < Scalar::integer(0);
    if (isNegative && base == Scalar::integer(0))
      return fail("0 to a negative power is undefined");
    bool isWhole = exponent.isExact() && exponent.getDenominator() == 1;
    if (!isWhole || (!isInteger(base) && (exponent < Scalar::integer(-1024) ||
                                          Scalar::integer(1024) < exponent))) {
      if (base < Scalar::integer(0) && !isWhole)
        return fail("a negative number to a power that is no integer is "
                    "undefined");
      return fromDouble(std::pow(base.getDouble(), exponent.getDouble()));
    }
    // By squaring: exact, where it fits.
    bool isIntegral = isInteger(base) && isInteger(exponent) && !isNegative;
    Scalar result = Scalar::number(1);
    Scalar factor = Scalar::multiply(
        isNegative ? Scalar::divide(result, base) : base, result);
    uint64_t rest = exponent.getNumerator();
    if (isNegative)
      rest = -rest;
    for (; rest != 0; rest >>= 1) {
      if (rest & 1)
        result = Scalar::multiply(result, factor);
      if (rest > 1)
        factor = Scalar::multiply(factor, factor);
    }
    if (!isIntegral)
      return finite(result);
    return result.isExact() ? Scalar::integer(result.getNumerator())
                            : overflow();
  }

  ScalarFunction function;
  ArrayRef<Scalar> operands;
  std::string &reason;
};
} // namespace

//===----------------------------------------------------------------------===//
// Comparison and conversion
//===----------------------------------------------------------------------===//

bool mlir::rasp::frontend::isTrue(const Scalar &atom) {
  return atom.isString() ? !atom.getString().empty()
                         : atom != Scalar::integer(0);
}

static FailureOr<Scalar> compare(ScalarFunction function, const Scalar &lhs,
                                 const Scalar &rhs, std::string &reason) {
  if (function == ScalarFunction::Equal)
    return Scalar::boolean(lhs == rhs);
  if (lhs.isString() != rhs.isString()) {
    reason = llvm::formatv("'{0}' expects two numbers or two strings, found "
                           "{1} and {2}",
                           getSpelling(function), describe(lhs), describe(rhs));
    return failure();
  }
  switch (function) {
  case ScalarFunction::LessEqual:
    return Scalar::boolean(!(rhs < lhs));
  case ScalarFunction::GreaterEqual:
    return Scalar::boolean(!(lhs < rhs));
  case ScalarFunction::Greater:
    return Scalar::boolean(rhs < lhs);
  case ScalarFunction::Less:
    return Scalar::boolean(lhs < rhs);
  default:
    llvm_unreachable("not a comparison");
  }
}

/// A float always shows that it is one.
static std::string getText(const Scalar &atom) {
  if (atom.getKind() == Scalar::Kind::Bool)
    return atom.getBool() ? "True" : "False";
  if (atom.getKind() != Scalar::Kind::Number)
    return atom.str();
  if (atom.isExact() && atom.getDenominator() == 1)
    return atom.str() + ".0";
  return Scalar::number(atom.getDouble()).str();
}

static FailureOr<Scalar> toInteger(const Scalar &atom, std::string &reason) {
  int64_t value;
  if (atom.isString()) {
    StringRef text = atom.getString().trim();
    text.consume_front("+");
    if (!text.getAsInteger(10, value))
      return Scalar::integer(value);
    reason = describe(atom) + " is no integer";
    return failure();
  }
  double truncated = std::trunc(atom.getDouble());
  if (isInteger(atom))
    return Scalar::integer(atom.getNumerator());
  if (std::abs(truncated) < 0x1p63)
    return Scalar::integer(int64_t(truncated));
  reason = describe(atom) + " is an integer of more than 64 bits";
  return failure();
}

static FailureOr<Scalar> toFloat(const Scalar &atom, std::string &reason) {
  if (isInteger(atom))
    return Scalar::fraction(atom.getNumerator(), 1);
  if (!atom.isString())
    return atom;
  double value;
  StringRef text = atom.getString().trim();
  bool isDecimal =
      !text.empty() && (llvm::isDigit(text.back()) || text.back() == '.');
  if (isDecimal && !text.getAsDouble(value) && std::isfinite(value))
    return Scalar::number(value);
  reason = describe(atom) + " is no number";
  return failure();
}

static FailureOr<Scalar> repeat(const Scalar &text, const Scalar &count,
                                MLIRContext *context, std::string &reason) {
  uint64_t times = std::max<int64_t>(0, count.getNumerator());
  if (!text.getString().empty() &&
      times > maxStringSize / text.getString().size()) {
    reason = llvm::formatv("expected a string of at most {0} bytes, found a "
                           "longer one",
                           maxStringSize);
    return failure();
  }
  std::string result;
  for (uint64_t i = 0; i < times && !text.getString().empty(); ++i)
    result += text.getString();
  return Scalar::string(StringAttr::get(context, result));
}

FailureOr<Scalar> mlir::rasp::frontend::compute(ScalarFunction function,
                                                ArrayRef<Scalar> operands,
                                                MLIRContext *context,
                                                std::string &reason) {
  const Scalar &first = operands.front();
  const Scalar &last = operands.back();
  switch (function) {
  case ScalarFunction::Not:
    return Scalar::boolean(!isTrue(first));
  case ScalarFunction::Indicator:
    return Scalar::integer(isTrue(first) ? 1 : 0);
  case ScalarFunction::And:
    return Scalar::boolean(isTrue(first) && isTrue(last));
  case ScalarFunction::Or:
    return Scalar::boolean(isTrue(first) || isTrue(last));
  case ScalarFunction::Conditional:
    return isTrue(operands[1]) ? first : last;
  case ScalarFunction::Equal:
  case ScalarFunction::LessEqual:
  case ScalarFunction::GreaterEqual:
  case ScalarFunction::Greater:
  case ScalarFunction::Less:
    return compare(function, first, last, reason);
  case ScalarFunction::ToString:
    if (first.isString())
      return first;
    return Scalar::string(StringAttr::get(context, getText(first)));
  case ScalarFunction::ToInteger:
    return toInteger(first, reason);
  case ScalarFunction::ToFloat:
    return toFloat(first, reason);
  case ScalarFunction::ToBoolean:
    return Scalar::boolean(isTrue(first));
  case ScalarFunction::Add:
    if (first.isString() && last.isString()) {
      if (first.getString().size() + last.getString().size() <= maxStringSize)
        return Scalar::string(
            StringAttr::get(context, first.getString() + last.getString()));
      reason = llvm::formatv("expected a string of at most {0} bytes, found a "
                             "longer one",
                             maxStringSize);
      return failure();
    }
    break;
  case ScalarFunction::Multiply:
    if (first.isString() && isInteger(last))
      return repeat(first, last, context, reason);
    if (last.isString() && isInteger(first))
      return repeat(last, first, context, reason);
    break;
  default:
    break;
  }
  return Arithmetic(function, operands, reason).compute();
}

//===----------------------------------------------------------------------===//
// Containers
//===----------------------------------------------------------------------===//

std::vector<StringRef> mlir::rasp::frontend::getCharacters(StringRef text) {
  std::vector<StringRef> characters;
  while (!text.empty()) {
    uint8_t first = text.front();
    size_t size = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    StringRef character = text.take_front(size);
    bool isWhole = character.size() == size &&
                   llvm::all_of(character.drop_front(), [](char c) {
                     return (uint8_t(c) & 0xC0) == 0x80;
                   });
    characters.push_back(isWhole ? character : text.take_front(1));
    text = text.drop_front(characters.back().size());
  }
  return characters;
}

FailureOr<StaticValue>
mlir::rasp::frontend::getElement(const StaticValue &container,
                                 const Scalar &index, MLIRContext *context,
                                 std::string &reason) {
  if (const DictValue *dict = container.getDict()) {
    if (const StaticValue *value = dict->find(index))
      return *value;
    reason = "the dict has no key that equals " + describe(index);
    return failure();
  }

  const ListValue *list = container.getList();
  StringRef kind = list ? "list" : "string";
  if (!index.isExact() || index.getDenominator() != 1) {
    reason = llvm::formatv("the index of a {0} is an integer, found {1}", kind,
                           describe(index));
    return failure();
  }
  StringRef text = list ? StringRef() : container.getAtom()->getString();
  bool isOfBytes = llvm::isASCII(text);
  std::vector<StringRef> characters;
  if (!isOfBytes)
    characters = getCharacters(text);
  int64_t size = list        ? list->elements.size()
                 : isOfBytes ? text.size()
                             : characters.size();
  int64_t position = index.getNumerator();
  if (position < -size || position >= size) {
    reason =
        llvm::formatv("the index {0} is out of range for a {1} of {2} {3}",
                      position, kind, size, list ? "elements" : "characters");
    return failure();
  }
  // A negative one counts from the end.
  if (position < 0)
    position += size;
  if (list)
    return list->elements[position];
  return StaticValue(Scalar::string(StringAttr::get(
      context, isOfBytes ? text.substr(position, 1) : characters[position])));
}

FailureOr<Scalar> mlir::rasp::frontend::compute(const Node &node,
                                                ArrayRef<Scalar> operands,
                                                MLIRContext *context,
                                                std::string &reason) {
  if (node.function == ScalarFunction::Member)
    return Scalar::boolean(llvm::any_of(
        node.container.getList()->elements, [&](const StaticValue &element) {
          return *element.getAtom() == operands.front();
        }));
  if (node.function != ScalarFunction::Index)
    return compute(node.function, operands, context, reason);
  FailureOr<StaticValue> element =
      getElement(node.container, operands.front(), context, reason);
  if (failed(element))
    return failure();
  // That all elements are atoms was checked where the node was made.
  return *element->getAtom();
}
