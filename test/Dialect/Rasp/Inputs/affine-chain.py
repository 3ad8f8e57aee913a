"""Prints a program whose scores are sums of sums: each of the two before it.

Its paths from the scores to the tokens are as many as the Fibonacci numbers say.
"""

import sys

print("rasp.program @chain(%tokens: !rasp.sop<i64>) -> !rasp.sop<f64>")
print("    attributes {vocab = [0], max_seq_len = 4} {")
print("  %indices = rasp.indices")
names = ["%tokens", "%tokens"]
for number in range(int(sys.argv[1])):
    names.append(f"%sum{number}")
    print(f"  {names[-1]} = rasp.map {names[-2]}, {names[-3]}")
    print("      : (!rasp.sop<i64>, !rasp.sop<i64>) -> !rasp.sop<i64> {")
    print("  ^bb0(%a: i64, %b: i64):")
    print("    %sum = arith.addi %a, %b : i64")
    print("    rasp.yield %sum : i64")
    print("  }")
print("  %all = rasp.select true keys(%tokens) queries(%tokens)")
print("      : !rasp.sop<i64>, !rasp.sop<i64>")
print(f"  %best = rasp.best %all, {names[-1]} : !rasp.sop<i64>")
print("  %mean = rasp.aggregate %best, %indices : !rasp.sop<i64> -> !rasp.sop<f64>")
print("  rasp.return %mean : !rasp.sop<f64>")
print("}")
