# `cmake --install`: headers, both libraries, the binary, the CMake package and the pkg-config file.
# The package's redouble::redouble is static, or shared by BUILD_SHARED_LIBS or COMPONENTS shared.
include(CMakePackageConfigHelpers)

set(redouble_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/redouble)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/redouble ${PROJECT_BINARY_DIR}/include/redouble
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
install(TARGETS redouble_static redouble_shared EXPORT redouble_targets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(TARGET redouble_binary)
  install(TARGETS redouble_binary RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(EXPORT redouble_targets FILE redouble-targets.cmake NAMESPACE redouble::
  DESTINATION ${redouble_package_dir})

configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/redouble-config.cmake.in
  ${PROJECT_BINARY_DIR}/redouble-config.cmake INSTALL_DESTINATION ${redouble_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/redouble-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/redouble-config.cmake ${PROJECT_BINARY_DIR}/redouble-config-version.cmake
  DESTINATION ${redouble_package_dir})

# Two pkg-config files, since one name cannot choose: redouble links the shared library where it is installed,
# redouble-static the static one by its file name. Both find their prefix from where they lie.
file(RELATIVE_PATH REDOUBLE_PC_TO_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
function(redouble_pkg_config REDOUBLE_PC_NAME REDOUBLE_PC_LIBS)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/redouble.pc.in ${PROJECT_BINARY_DIR}/${REDOUBLE_PC_NAME}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${REDOUBLE_PC_NAME}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endfunction()
redouble_pkg_config(redouble "-lredouble")
redouble_pkg_config(redouble-static "-l:libredouble.a -lstdc++ -lssl -lcrypto -pthread")
