// For: rasp.string rasp.compare_strings rasp.concat_strings rasp.string_length
func.func @example(%token: !rasp.str) {
  // VALUES
  %a = rasp.string "a"
  %b = rasp.string "b"
  // EXAMPLE
  return
}
