"""Prints a program over a vocabulary of a thousand words: the fraction of the words
equal to each that stand at an even position."""

words = ", ".join(f'"w{i}"' for i in range(1000))
print(
    f"""rasp.program @even_fraction(%tokens: !rasp.sop<!rasp.str>) -> !rasp.sop<f64>
    attributes {{vocab = [{words}], max_seq_len = 16}} {{
  %indices = rasp.indices
  %same = rasp.select eq keys(%tokens) queries(%tokens) : !rasp.sop<!rasp.str>, !rasp.sop<!rasp.str>
  %even = rasp.map %indices : (!rasp.sop<i64>) -> !rasp.sop<i1> {{
  ^bb0(%index: i64):
    %two = arith.constant 2 : i64
    %remainder = arith.remsi %index, %two : i64
    %zero = arith.constant 0 : i64
    %is_even = arith.cmpi eq, %remainder, %zero : i64
    rasp.yield %is_even : i1
  }}
  %fraction = rasp.aggregate %same, %even : !rasp.sop<i1> -> !rasp.sop<f64>
  rasp.return %fraction : !rasp.sop<f64>
}}"""
)
