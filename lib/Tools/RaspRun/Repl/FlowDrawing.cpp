//===- FlowDrawing.cpp - The flow of a computation as a picture -----------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FlowDrawing.h"
#include "../Inputs.h"
#include "ValueDisplay.h"

#include "rasp/Import/ProgramLowering.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::rasp;
using namespace mlir::rasp::frontend;

namespace {

/// A step of the computation, which is a row of the picture.
struct Step {
  Node *sop;
  /// How many steps that attend come before the value, this one included.
  unsigned round;
  /// Its place among the steps, operands first.
  size_t order;
};

/// Sizes in pixels.
constexpr size_t characterWidth = 8, cellHeight = 26, labelWidth = 300,
                 rowGap = 14, attentionGap = 56, margin = 20;

class FlowDrawing {
public:
  FlowDrawing(Node *output, const Sequence &input)
      : output(output), input(input) {}

  LogicalResult evaluate(Location location);
  std::string draw();

private:
  void collect();
  const Sequence &getValues(Node *sop) const {
    return std::get<Sequence>(values.find(sop)->second);
  }
  void drawRow(StringRef label, StringRef note, const Sequence &row,
               StringRef style);
  void drawHeading(StringRef text);
  void drawAttention(const Step &step);
  void drawText(size_t x, size_t y, StringRef text, StringRef attributes);
  size_t getCenter(size_t position) const {
    return margin + labelWidth + position * (cellWidth + 6) + cellWidth / 2;
  }

  Node *output;
  const Sequence &input;
  std::vector<Step> steps;
  llvm::MapVector<Node *, EvaluationValue> values;
  size_t cellWidth = 0;
  size_t y = margin;
  std::string body;
  llvm::raw_string_ostream os{body};
};

} // namespace

static bool attends(const Node *sop) {
  return sop->kind == Node::Kind::Aggregate ||
         sop->kind == Node::Kind::SelectorWidth;
}

/// Finds the steps, operands before what they are operands of.
void FlowDrawing::collect() {
  DenseMap<Node *, unsigned> rounds;
  SmallVector<Node *> stack = {output};
  while (!stack.empty()) {
    Node *node = stack.back();
    if (rounds.contains(node)) {
      stack.pop_back();
      continue;
    }
    bool isReady = true;
    unsigned round = 0;
    for (Node *operand : llvm::reverse(node->operands)) {
      auto known = rounds.find(operand);
      if (known == rounds.end()) {
        stack.push_back(operand);
        isReady = false;
      } else {
        round = std::max(round, known->second);
      }
    }
    if (!isReady)
      continue;
    stack.pop_back();
    round += attends(node);
    rounds[node] = round;
    // The tokens are above all of it; constants and indices say little.
    bool isStep = attends(node) || node == output ||
                  (!node->name.empty() && !node->isSelector() &&
                   node->kind == Node::Kind::Elementwise);
    if (isStep && node->kind != Node::Kind::Tokens)
      steps.push_back({node, round, steps.size()});
  }
  llvm::sort(steps, [](const Step &lhs, const Step &rhs) {
    return std::tie(lhs.round, lhs.order) < std::tie(rhs.round, rhs.order);
  });
}

LogicalResult FlowDrawing::evaluate(Location location) {
  collect();
  llvm::SetVector<Node *> needed;
  for (const Step &step : steps) {
    needed.insert(step.sop);
    if (attends(step.sop))
      needed.insert(step.sop->operands.begin(), step.sop->operands.end());
  }
  FailureOr<std::vector<EvaluationValue>> results =
      evaluateOn(needed.getArrayRef(), input, location);
  if (failed(results))
    return failure();
  size_t longest = 2;
  auto measure = [&](const Sequence &row) {
    for (const Scalar &value : row)
      longest = std::max(longest, getWidth(formatText(value)));
  };
  measure(input);
  for (auto [node, value] : llvm::zip_equal(needed, *results)) {
    if (const auto *row = std::get_if<Sequence>(&value))
      measure(*row);
    values.insert({node, std::move(value)});
  }
  cellWidth = longest * characterWidth + 14;
  return success();
}

/// Appends text with what has a meaning in SVG replaced.
static void printEscaped(raw_ostream &os, StringRef text) {
  for (char c : text) {
    if (c == '&')
      os << "&amp;";
    else if (c == '<')
      os << "&lt;";
    else if (c == '>')
      os << "&gt;";
    else if (static_cast<unsigned char>(c) < ' ')
      os << ' ';
    else
      os << c;
  }
}

void FlowDrawing::drawText(size_t x, size_t baseline, StringRef text,
                           StringRef attributes) {
  os << "<text x=\"" << x << "\" y=\"" << baseline << "\" " << attributes
     << '>';
  printEscaped(os, text);
  os << "</text>\n";
}

void FlowDrawing::drawHeading(StringRef text) {
  y += rowGap;
  drawText(margin, y + 14, text, "class=\"heading\"");
  y += 26;
}

void FlowDrawing::drawRow(StringRef label, StringRef note, const Sequence &row,
                          StringRef style) {
  drawText(margin, y + 12, label, "class=\"name\"");
  if (note != label) {
    constexpr size_t maxNote = 46;
    std::string shown = note.take_front(maxNote).str();
    if (note.size() > maxNote)
      shown += "...";
    drawText(margin, y + 25, shown, "class=\"note\"");
  }
  for (auto [position, value] : llvm::enumerate(row)) {
    size_t center = getCenter(position);
    os << "<rect class=\"" << style << "\" x=\"" << center - cellWidth / 2
       << "\" y=\"" << y << "\" width=\"" << cellWidth << "\" height=\""
       << cellHeight << "\" rx=\"4\"/>\n";
    drawText(center, y + 18, formatText(value), "class=\"value\"");
  }
  y += cellHeight + rowGap;
}

/// A step that attends: where it reads, where it writes, and lines from the
/// positions that each row selects.
void FlowDrawing::drawAttention(const Step &step) {
  Node *sop = step.sop;
  Node *selector = sop->operands.front();
  const auto &matrix = std::get<SelectorMatrix>(values.find(selector)->second);
  bool isWidth = sop->kind == Node::Kind::SelectorWidth;
  std::string source =
      isWidth ? "positions" : describeComputation(sop->operands[1]);
  if (!isWidth && !sop->operands[1]->name.empty())
    source = sop->operands[1]->name.str();
  drawRow("from " + source, "by " + describeComputation(selector),
          isWidth ? input : getValues(sop->operands[1]), "source");
  size_t top = y - rowGap, bottom = y - rowGap + attentionGap;
  for (size_t query = 0; query < input.size(); ++query)
    for (size_t key = 0; key < input.size(); ++key)
      if (matrix.get(query, key))
        os << "<line x1=\"" << getCenter(key) << "\" y1=\"" << top << "\" x2=\""
           << getCenter(query) << "\" y2=\"" << bottom << "\"/>\n";
  y = bottom;
  drawRow(sop->name.empty() ? "out" : sop->name, describeComputation(sop),
          getValues(sop), "result");
}

std::string FlowDrawing::draw() {
  drawRow("tokens", "tokens", input, "tokens");
  unsigned round = 0;
  for (const Step &step : steps) {
    if (step.round != round) {
      round = step.round;
      drawHeading("attention, round " + std::to_string(round));
    }
    if (attends(step.sop))
      drawAttention(step);
    else
      drawRow(step.sop->name.empty() ? "out" : step.sop->name,
              describeComputation(step.sop), getValues(step.sop), "result");
  }
  size_t width = getCenter(input.size() - 1) + cellWidth / 2 + margin;
  std::string svg;
  llvm::raw_string_ostream whole(svg);
  whole << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << width
        << "\" height=\"" << y + margin << "\" viewBox=\"0 0 " << width << ' '
        << y + margin << R"(">
<style>
text { font: 13px sans-serif; fill: #222 }
.heading { font-weight: bold; fill: #777 }
.name { font-weight: bold }
.note { font: 10px monospace; fill: #777 }
.value { font: 13px monospace; text-anchor: middle }
rect { fill: #fff; stroke: #999 }
.tokens { fill: #e8eefc }
.source { fill: #f4f4f4 }
.result { fill: #e7f5e7 }
line { stroke: #d08030; stroke-width: 1.5; stroke-opacity: 0.8 }
</style>
<rect width="100%" height="100%" style="stroke: none"/>
)" << body
        << "</svg>\n";
  return svg;
}

FailureOr<std::string> mlir::rasp::drawFlow(Node *sop, const Sequence &input,
                                            Location location) {
  FlowDrawing drawing(sop, input);
  if (failed(drawing.evaluate(location)))
    return failure();
  return drawing.draw();
}
