# How a library, a tool or a generated header is declared in this project.
#
#   add_rasp_dialect(Rasp rasp)                in include/rasp/Dialect/Rasp/IR
#   add_rasp_passes(Rasp)                      in a folder with a Passes.td
#   add_rasp_library(MLIRRaspX a.cpp LINK_LIBS MLIRRaspDialect)
#   add_rasp_tool(rasp-x rasp-x.cpp LINK_LIBS MLIRRaspPipelines)
#   add_rasp_unittest(FooTests FooTest.cpp LINK_LIBS MLIRRaspX)
#
# No target names an MLIR library. What is needed of MLIR and LLVM comes once,
# from RaspUpstream, so that a program can never load MLIR twice.

include_guard(GLOBAL)

# Upstream ------------------------------------------------------------------------

# Where the MLIR found has the shared libMLIR and libLLVM, these and nothing else
# of MLIR; mixing in one static archive would load MLIR a second time. Where it
# has none, the archives.
add_library(RaspUpstream INTERFACE)
if(TARGET MLIR)
  target_link_libraries(RaspUpstream INTERFACE MLIR LLVM)
else()
  get_property(rasp_dialect_libs GLOBAL PROPERTY MLIR_DIALECT_LIBS)
  get_property(rasp_conversion_libs GLOBAL PROPERTY MLIR_CONVERSION_LIBS)
  get_property(rasp_extension_libs GLOBAL PROPERTY MLIR_EXTENSION_LIBS)
  set(rasp_static_libs ${rasp_dialect_libs} ${rasp_conversion_libs} ${rasp_extension_libs})
  # What upstream registers for its own tests.
  list(FILTER rasp_static_libs EXCLUDE REGEX "Test")
  target_link_libraries(RaspUpstream INTERFACE ${rasp_static_libs}
    MLIRBuiltinToLLVMIRTranslation MLIRLLVMToLLVMIRTranslation
    MLIROptLib MLIRTranslateLib MLIRLspServerLib MLIRReduceLib
    MLIRRegisterAllDialects MLIRRegisterAllExtensions
    MLIRExecutionEngine MLIRTargetLLVMIRExport)
endif()
install(TARGETS RaspUpstream EXPORT RaspMLIRTargets)

# Compilation ---------------------------------------------------------------------

# RTTI and exceptions as in the MLIR found: classes derived from its own would not
# link otherwise.
if(NOT LLVM_ENABLE_RTTI)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-rtti>)
endif()
if(NOT LLVM_ENABLE_EH)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions>)
endif()

if(RASP_ENABLE_ASSERTIONS AND NOT RASP_MLIR_HAS_ASSERTIONS)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-include ${CMAKE_CURRENT_LIST_DIR}/StatisticsAsInMLIR.h>")
endif()

if(RASP_ENABLE_CCACHE)
  find_program(RASP_CCACHE ccache)
  if(RASP_CCACHE)
    # The sloppiness is what ccache asks for with precompiled headers. It is safe
    # here: the clang flag below keeps time stamps out of them.
    set(rasp_ccache_launcher ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${RASP_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${rasp_ccache_launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${rasp_ccache_launcher})
  endif()
endif()

# GCC's precompiled headers of MLIR are half a gigabyte: not worth having.
if(RASP_ENABLE_PCH AND NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  message(STATUS "Precompiled headers are used with clang only")
  set(RASP_ENABLE_PCH OFF)
endif()

# One precompiled header, of MLIR's headers only, owned by an object library that
# has nothing else to do.
if(RASP_ENABLE_PCH)
  add_library(RaspPrecompiled OBJECT ${CMAKE_CURRENT_LIST_DIR}/Precompiled.cpp)
  target_precompile_headers(RaspPrecompiled PRIVATE ${CMAKE_CURRENT_LIST_DIR}/Precompiled.h)
  target_compile_options(RaspPrecompiled PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
endif()

# Compiles `target` with the precompiled header.
function(rasp_use_precompiled target)
  if(RASP_ENABLE_PCH)
    target_compile_options(${target} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
    target_precompile_headers(${target} REUSE_FROM RaspPrecompiled)
  endif()
endfunction()

# TableGen ------------------------------------------------------------------------

# Every generated header hangs on this target, and everything compiled depends on
# it: no library has to list the headers that it includes.
add_custom_target(rasp-headers)

# add_rasp_tablegen_target(name): a target for what mlir_tablegen() has declared
# in this folder since the last one.
macro(add_rasp_tablegen_target name)
  add_public_tablegen_target(${name})
  add_dependencies(rasp-headers ${name})
  set(TABLEGEN_OUTPUT)
endmacro()

# add_rasp_dialect(Prefix namespace): the generated sources of the dialect described
# by PrefixDialect.td, PrefixTypes.td, PrefixAttributes.td (with its enums),
# PrefixInterfaces.td and PrefixOps.td in this folder.
function(add_rasp_dialect prefix namespace)
  set(LLVM_TARGET_DEFINITIONS ${prefix}Dialect.td)
  mlir_tablegen(${prefix}Dialect.h.inc -gen-dialect-decls -dialect=${namespace})
  mlir_tablegen(${prefix}Dialect.cpp.inc -gen-dialect-defs -dialect=${namespace})

  set(LLVM_TARGET_DEFINITIONS ${prefix}Types.td)
  mlir_tablegen(${prefix}Types.h.inc -gen-typedef-decls -typedefs-dialect=${namespace})
  mlir_tablegen(${prefix}Types.cpp.inc -gen-typedef-defs -typedefs-dialect=${namespace})

  set(LLVM_TARGET_DEFINITIONS ${prefix}Attributes.td)
  mlir_tablegen(${prefix}Attributes.h.inc -gen-attrdef-decls -attrdefs-dialect=${namespace})
  mlir_tablegen(${prefix}Attributes.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${namespace})
  mlir_tablegen(${prefix}Enums.h.inc -gen-enum-decls)
  mlir_tablegen(${prefix}Enums.cpp.inc -gen-enum-defs)

  set(LLVM_TARGET_DEFINITIONS ${prefix}Interfaces.td)
  mlir_tablegen(${prefix}Interfaces.h.inc -gen-op-interface-decls)
  mlir_tablegen(${prefix}Interfaces.cpp.inc -gen-op-interface-defs)
  mlir_tablegen(${prefix}TypeInterfaces.h.inc -gen-type-interface-decls)
  mlir_tablegen(${prefix}TypeInterfaces.cpp.inc -gen-type-interface-defs)

  set(LLVM_TARGET_DEFINITIONS ${prefix}Ops.td)
  mlir_tablegen(${prefix}Ops.h.inc -gen-op-decls -dialect=${namespace})
  mlir_tablegen(${prefix}Ops.cpp.inc -gen-op-defs -dialect=${namespace})

  add_rasp_tablegen_target(MLIR${prefix}IncGen)
endfunction()

# add_rasp_passes(Group): Passes.h.inc of the Passes.td in this folder. It declares
# registerGroupPasses().
function(add_rasp_passes group)
  set(LLVM_TARGET_DEFINITIONS Passes.td)
  mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${group})
  add_rasp_tablegen_target(MLIR${group}PassIncGen)
endfunction()

# Targets -------------------------------------------------------------------------

# Each adds itself to the global property RASP_TARGETS: what the tests need built.

# add_rasp_library(name sources... [LINK_LIBS project libraries...])
function(add_rasp_library name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  if(NOT ARG_UNPARSED_ARGUMENTS)
    # No sources yet. (Goes away with the last empty folder.)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ARG_LINK_LIBS} RaspUpstream)
    install(TARGETS ${name} EXPORT RaspMLIRTargets)
    return()
  endif()
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  add_library(RaspMLIR::${name} ALIAS ${name})
  add_dependencies(${name} rasp-headers)
  target_include_directories(${name} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_link_libraries(${name} PUBLIC ${ARG_LINK_LIBS} RaspUpstream)
  rasp_use_precompiled(${name})
  set_property(GLOBAL APPEND PROPERTY RASP_TARGETS ${name})
  install(TARGETS ${name} EXPORT RaspMLIRTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# add_rasp_tool(name sources... [LINK_LIBS project libraries...])
function(add_rasp_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_executable(RaspMLIR::${name} ALIAS ${name})
  add_dependencies(${name} rasp-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} RaspUpstream)
  rasp_set_rpath(${name})
  set_property(GLOBAL APPEND PROPERTY RASP_TARGETS ${name})
  install(TARGETS ${name} EXPORT RaspMLIRTargets
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endfunction()

# An installed program finds libMLIR where this build found it.
function(rasp_set_rpath target)
  set_target_properties(${target} PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
endfunction()

# add_rasp_plugin(name sources... [LINK_LIBS project libraries...]): a shared object
# that a host program loads.
function(add_rasp_plugin name)
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_library(${name} MODULE ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} rasp-headers)
  set_target_properties(${name} PROPERTIES PREFIX "")
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} RaspUpstream)
  rasp_set_rpath(${name})
  set_property(GLOBAL APPEND PROPERTY RASP_TARGETS ${name})
  install(TARGETS ${name} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endfunction()

# add_rasp_unittest(name sources... [LINK_LIBS project libraries...]): a GoogleTest
# program. Its name ends in Tests, which is how lit finds it.
function(add_rasp_unittest name)
  if(NOT name MATCHES "Tests$")
    message(FATAL_ERROR "${name}: the name of a unit test ends in Tests")
  endif()
  cmake_parse_arguments(ARG "" "" "LINK_LIBS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  add_dependencies(${name} rasp-headers)
  target_link_libraries(${name} PRIVATE ${ARG_LINK_LIBS} RaspUpstream GTest::gtest_main)
  rasp_use_precompiled(${name})
  # Position-independent by -fPIC, as what the precompiled header was made for, and
  # not by -fPIE, which CMake would take for a program.
  set_target_properties(${name} PROPERTIES
    POSITION_INDEPENDENT_CODE OFF
    RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/test/Unit)
  set_property(GLOBAL APPEND PROPERTY RASP_TARGETS ${name})
endfunction()
