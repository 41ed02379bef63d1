# Compiler settings that every target shares: the language, the warnings, hardening, sanitizers.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(towline_flags INTERFACE)
target_compile_options(towline_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wunused -Wnull-dereference
  -Wformat=2 -Wimplicit-fallthrough -Werror)

# Where the optimiser inlines Asio's executors, g++ 12 takes their checked pointers for null.
if(CMAKE_BUILD_TYPE MATCHES "Rel" OR TOWLINE_SANITIZE MATCHES "thread")
  target_compile_options(towline_flags INTERFACE -Wno-null-dereference)
endif()

# Hardening, as the OpenSSF compiler guide lists it. FORTIFY needs an optimised build.
target_compile_options(towline_flags INTERFACE -fstack-protector-strong)
target_compile_definitions(towline_flags INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(towline_flags INTERFACE -fcf-protection=full)
endif()
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT TOWLINE_SANITIZE)
  target_compile_options(towline_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(towline_flags INTERFACE -fcoroutines -fstack-clash-protection)
endif()
target_link_options(towline_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed)

if(TOWLINE_SANITIZE)
  target_compile_options(towline_flags INTERFACE
    -fsanitize=${TOWLINE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
  target_link_options(towline_flags INTERFACE -fsanitize=${TOWLINE_SANITIZE})
  if(TOWLINE_SANITIZE MATCHES "thread")
    # Asio's fences are not modelled by ThreadSanitizer.
    target_compile_definitions(towline_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(TOWLINE_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # The check of function types puts data in front of each function, which clang 14 can't do for coroutines.
  target_compile_options(towline_flags INTERFACE -fno-sanitize=function)
endif()
if(TOWLINE_FUZZ)
  target_compile_options(towline_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
