//===- SparseMatrixTests.cpp - Sparse matrices between directions ---------===//
//
// Part of the rasp-mlir project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rasp/Dialect/Craft/IR/CraftDialect.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/MLIRContext.h"

#include "gtest/gtest.h"

#include <random>

using namespace mlir;
using namespace mlir::craft;

namespace {

/// A matrix with about half of its entries zero.
SparseMatrix randomMatrix(std::mt19937 &random, int64_t rows, int64_t columns) {
  SparseMatrix matrix(rows, columns);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      matrix.set(row, column, std::max<int64_t>(random() % 9, 4) - 4.0);
  return matrix;
}

TEST(SparseMatrix, ProductIsThatOfTheMaps) {
  std::mt19937 random(1);
  for (unsigned round = 0; round < 20; ++round) {
    SparseMatrix lhs = randomMatrix(random, 3, 5);
    SparseMatrix rhs = randomMatrix(random, 5, 2);
    SparseMatrix product = lhs * rhs;
    ASSERT_EQ(product.getNumRows(), 3);
    ASSERT_EQ(product.getNumColumns(), 2);
    for (int64_t row = 0; row < 3; ++row)
      for (int64_t column = 0; column < 2; ++column) {
        double sum = 0;
        for (int64_t inner = 0; inner < 5; ++inner)
          sum += lhs.at(row, inner) * rhs.at(inner, column);
        EXPECT_EQ(product.at(row, column), sum);
      }
    SmallVector<double> vector = {1, -2, 3};
    EXPECT_EQ(rhs.applyTo(lhs.applyTo(vector)), product.applyTo(vector));
    EXPECT_EQ((rhs.transposed() * lhs.transposed()).getEntries(),
              product.transposed().getEntries());
  }
}

TEST(SparseMatrix, SumsDropZeros) {
  std::mt19937 random(2);
  SparseMatrix matrix = randomMatrix(random, 4, 4);
  EXPECT_TRUE((matrix + matrix.scaled(-1)).getEntries().empty());
  matrix.set(0, 0, 0);
  EXPECT_EQ(matrix.getEntries().count({0, 0}), 0u);
}

TEST(SparseMatrix, BlocksAreAdded) {
  SparseMatrix matrix = SparseMatrix::identity(4);
  matrix.addBlock(1, 2, SparseMatrix::identity(2));
  EXPECT_EQ(matrix.at(1, 2), 1);
  EXPECT_EQ(matrix.at(2, 3), 1);
  EXPECT_EQ(matrix.at(2, 2), 1);
  matrix.addBlock(2, 2, SparseMatrix::identity(1));
  EXPECT_EQ(matrix.at(2, 2), 2);
}

TEST(SparseMatrix, AttributeRoundTripsExactly) {
  MLIRContext context;
  context.loadDialect<CraftDialect>();
  SparseMatrix matrix(3, 3);
  matrix.set(0, 0, 1.0 / 3);
  matrix.set(0, 1, 26489122129.84347);
  matrix.set(1, 2, -5e-324);
  matrix.set(2, 2, std::numeric_limits<double>::max());
  matrix.set(2, 1, 1e22);
  MatrixAttr attribute = matrix.get(&context);
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  EXPECT_EQ(parseAttribute(text, &context), attribute) << text;
  EXPECT_EQ(SparseMatrix(attribute).getEntries(), matrix.getEntries());
  EXPECT_FALSE(attribute.isIdentity());
  EXPECT_TRUE(SparseMatrix::identity(3).get(&context).isIdentity());
}

} // namespace
