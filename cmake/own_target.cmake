# What every target of ours is compiled with, and no one else's: set on targets, never on directories.
function(redouble_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${REDOUBLE_WERROR}>:-Werror>)
  # g++ 12 at -O3 sees overlaps in std::string's own concatenation (GCC bug 105651).
  target_compile_options(${target} PRIVATE $<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict>)
endfunction()
