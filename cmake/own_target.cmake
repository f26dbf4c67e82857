# What every target of ours is compiled with, and no one else's: set on targets, never on directories.
function(redouble_own_target target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<BOOL:${REDOUBLE_WERROR}>:-Werror>)
endfunction()
