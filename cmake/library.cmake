# The core and the two libraries made of it.
#
# All objects are compiled with hidden visibility; REDOUBLE_EXPORT marks the public API. The static library
# holds one object linked from all of them, with every hidden symbol made local: so neither our internals nor
# our Asio, fmt (and later Lua) can meet those of the program that links it. tests/symbols_test.py holds this.
#
# No link-time optimisation: it gained between nothing (GET) and 5 % (SET, 64 in a pipeline) of processor time,
# and its objects cannot be shipped in the static library.

# Globs, checked again at each build: many people add files side by side, and a list of files in one place
# would be the line on which all of them collide.
set(redouble_patterns)
foreach(directory protocol engine engine/types engine/rdb engine/commands scripting scripting/libraries server)
  list(APPEND redouble_patterns ${PROJECT_SOURCE_DIR}/${directory}/*.cpp)
endforeach()
file(GLOB REDOUBLE_SOURCES CONFIGURE_DEPENDS ${redouble_patterns})
# The binary's own: see the top-level CMakeLists.txt.
list(REMOVE_ITEM REDOUBLE_SOURCES ${PROJECT_SOURCE_DIR}/server/main.cpp ${PROJECT_SOURCE_DIR}/server/wrapped_malloc.cpp)

configure_file(${PROJECT_SOURCE_DIR}/cmake/version.h.in ${PROJECT_BINARY_DIR}/include/redouble/version.h @ONLY)

add_library(redouble_core OBJECT ${REDOUBLE_SOURCES})
redouble_own_target(redouble_core)
set_target_properties(redouble_core PROPERTIES
  POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
# Asio looks for std::aligned_alloc in macros of whatever was included before it, so two files may disagree on how its
# memory is freed; without it they cannot.
# PUBLIC here means our own binary and tests, which link the objects; the libraries below take the objects
# only, so none of it reaches a user. Asio's namespace is renamed: a user's own Asio stays another library.
target_include_directories(redouble_core PUBLIC
  ${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
target_compile_definitions(redouble_core PUBLIC
  ASIO_STANDALONE ASIO_DISABLE_VISIBILITY ASIO_DISABLE_STD_ALIGNED_ALLOC asio=redouble_asio)
# "Unique" symbols are one in the whole process whatever their visibility: Asio's would meet the user's.
target_compile_options(redouble_core PRIVATE $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
target_link_libraries(redouble_core PUBLIC fmt::fmt-header-only Threads::Threads)

# Executables carry OpenSSL: loading its libraries would cost the binary a good part of its start. The libraries
# below need the shared ones of the system, which are the program's own too.
find_library(REDOUBLE_SSL_ARCHIVE libssl.a REQUIRED)
find_library(REDOUBLE_CRYPTO_ARCHIVE libcrypto.a REQUIRED)
target_include_directories(redouble_core SYSTEM PRIVATE ${OPENSSL_INCLUDE_DIR})
target_link_libraries(redouble_core PUBLIC ${REDOUBLE_SSL_ARCHIVE} ${REDOUBLE_CRYPTO_ARCHIVE} ${CMAKE_DL_LIBS})

# Lua as C++: its errors are exceptions, so destructors run. Executables link the archive as it is; the libraries
# below carry a copy whose symbols are local.
find_path(REDOUBLE_LUA_INCLUDE_DIR lua.hpp PATH_SUFFIXES lua5.1 REQUIRED)
find_library(REDOUBLE_LUA_ARCHIVE liblua5.1-c++.a REQUIRED)
target_include_directories(redouble_core SYSTEM PRIVATE ${REDOUBLE_LUA_INCLUDE_DIR})
target_link_libraries(redouble_core PUBLIC ${REDOUBLE_LUA_ARCHIVE})

function(redouble_library_interface target)
  target_include_directories(${target} INTERFACE
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} INTERFACE cxx_std_17)
  target_link_libraries(${target} PRIVATE OpenSSL::SSL Threads::Threads)
endfunction()

# Debian's archive of Lua is not made for shared libraries: its mentions of stdin, stdout and stderr cannot be linked
# into one. They stand in functions that no script reaches (print, loadfile, the panic message), and get variables of
# our own (scripting/lua_streams.cpp).
# --force-group-allocation is GNU ld's: a section group left in the object would be matched by name with the
# user's and thrown away, together with what our local symbols point at.
set(redouble_lua ${PROJECT_BINARY_DIR}/redouble_lua.o)
set(redouble_bundle ${PROJECT_BINARY_DIR}/redouble_bundle.o)
set(redouble_lua_roots lua_newstate luaL_loadbuffer luaopen_base luaopen_table luaopen_string luaopen_math)
list(TRANSFORM redouble_lua_roots PREPEND "--undefined=")
find_program(REDOUBLE_LD NAMES ld.bfd ld REQUIRED)
add_custom_command(
  OUTPUT ${redouble_bundle}
  COMMAND ${REDOUBLE_LD} -r --force-group-allocation -o ${redouble_lua} ${redouble_lua_roots} ${REDOUBLE_LUA_ARCHIVE}
  COMMAND ${CMAKE_OBJCOPY} --redefine-sym stdin=redouble_no_stdin --redefine-sym stdout=redouble_no_stdout
          --redefine-sym stderr=redouble_no_stderr ${redouble_lua}
  COMMAND ${REDOUBLE_LD} -r --force-group-allocation -o ${redouble_bundle} $<TARGET_OBJECTS:redouble_core>
          ${redouble_lua}
  COMMAND ${CMAKE_OBJCOPY} --localize-hidden --wildcard --localize-symbol=lua* --localize-symbol=_ZT*lua_longjmp
          ${redouble_bundle}
  DEPENDS redouble_core $<TARGET_OBJECTS:redouble_core>
  COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking the libraries' objects with hidden symbols made local")
set_source_files_properties(${redouble_bundle} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)

add_library(redouble_static STATIC ${redouble_bundle})
set_target_properties(redouble_static PROPERTIES
  OUTPUT_NAME redouble EXPORT_NAME static LINKER_LANGUAGE CXX)
redouble_library_interface(redouble_static)
add_library(redouble::static ALIAS redouble_static)

add_library(redouble_shared SHARED ${redouble_bundle})
set_target_properties(redouble_shared PROPERTIES
  OUTPUT_NAME redouble EXPORT_NAME shared VERSION ${PROJECT_VERSION} SOVERSION 0 LINKER_LANGUAGE CXX)

redouble_library_interface(redouble_shared)
add_library(redouble::shared ALIAS redouble_shared)

# Without install rules (a project that adds this one, the sanitizers' presets) a library is built when
# something links it.
if(NOT REDOUBLE_INSTALL)
  set_target_properties(redouble_static redouble_shared PROPERTIES EXCLUDE_FROM_ALL ON)
endif()

add_library(redouble_default INTERFACE)
target_link_libraries(redouble_default INTERFACE
  $<IF:$<BOOL:${BUILD_SHARED_LIBS}>,redouble::shared,redouble::static>)
add_library(redouble::redouble ALIAS redouble_default)
