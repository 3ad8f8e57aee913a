# cmake --install: headers (written and generated), TableGen sources, libraries,
# tools, and the package that find_package(RaspMLIR) finds. The libraries and tools
# are added to the export set where they are declared (AddRasp.cmake).

include(CMakePackageConfigHelpers)

set(rasp_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/RaspMLIR)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/rasp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.h" PATTERN "*.td")
install(DIRECTORY ${PROJECT_BINARY_DIR}/include/rasp
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN "*.inc"
  PATTERN "CMakeFiles" EXCLUDE)

install(EXPORT RaspMLIRTargets
  NAMESPACE RaspMLIR::
  DESTINATION ${rasp_package_dir})

configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/RaspMLIRConfig.cmake.in
  ${PROJECT_BINARY_DIR}/cmake/RaspMLIRConfig.cmake
  INSTALL_DESTINATION ${rasp_package_dir})
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/cmake/RaspMLIRConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/cmake/RaspMLIRConfig.cmake
  ${PROJECT_BINARY_DIR}/cmake/RaspMLIRConfigVersion.cmake
  DESTINATION ${rasp_package_dir})
