"""How the lit tests of this project run.

Parameters (lit --param name=value):
  long=1    also run the tests that say `REQUIRES: long`

Environment:
  RASP_VERIFY_ROUNDTRIP=1    every rasp-opt checks that what it made survives printing
                             and parsing, as text and as bytecode
"""

import os
import subprocess

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

verify_roundtrip = os.environ.get("RASP_VERIFY_ROUNDTRIP", "") not in ("", "0")

config.name = "rasp-roundtrip" if verify_roundtrip else "rasp"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".rasp", ".test"]
config.excludes = ["Inputs", "CMakeLists.txt"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.rasp_obj_root, "test")

if verify_roundtrip:
    # These do not run rasp-opt, or not by lit's own command: once is enough.
    config.excludes += ["Unit", "Python", "install", "Tools", "Docs", "RandomRasp"]
    config.excludes += ["random-programs.test", "sizes.test", "oracle-notices.test"]
    config.suffixes.remove(".rasp")

if lit_config.params.get("long", "0") not in ("", "0"):
    config.available_features.add("long")
elif lit_config.maxIndividualTestTimeIsSupported[0]:
    # Nothing takes a minute: what hangs is ended, and named. (Needs psutil.)
    lit_config.maxIndividualTestTime = lit_config.maxIndividualTestTime or 900
if config.rasp_assertions == "ON":
    config.available_features.add("asserts")
find_numpy = [config.python_executable, "-c", "import numpy"]
if subprocess.run(find_numpy, capture_output=True, check=False).returncode == 0:
    config.available_features.add("numpy")

llvm_config.with_system_environment(["HOME", "TMP", "TEMP", "CCACHE_DIR"])
llvm_config.use_default_substitutions()

# This build's tools come before any installed ones of the same name.
tool_dirs = [config.rasp_tools_dir, config.llvm_tools_dir]
for tool_dir in reversed(tool_dirs):
    llvm_config.with_environment("PATH", tool_dir, append_path=True)

llvm_config.add_tool_substitutions(
    [
        ToolSubst("rasp-opt", extra_args=["--verify-roundtrip"] if verify_roundtrip else []),
        "rasp-run",
        "rasp-translate",
        "rasp-import-fuzzer",
        "rasp-reduce",
        "rasp-lsp-server",
        "mlir-opt",
        "mlir-translate",
        "split-file",
        ToolSubst("%python", config.python_executable, unresolved="ignore"),
    ],
    tool_dirs,
)

config.substitutions += [
    ("%rasp_src_root", config.rasp_src_root),
    ("%rasp_obj_root", config.rasp_obj_root),
    ("%rasp_plugin", os.path.join(config.rasp_libs_dir, "RaspPlugin" + config.llvm_shlib_ext)),
    # For tests that build something against this project.
    (r"%cmake\b", config.cmake_executable),
    (
        r"%cmake_args\b",
        f"-G '{config.cmake_generator}' -DCMAKE_MAKE_PROGRAM={config.cmake_make_program}"
        f" -DCMAKE_C_COMPILER={config.c_compiler} -DCMAKE_CXX_COMPILER={config.cxx_compiler}",
    ),
]
