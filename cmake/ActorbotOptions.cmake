option(ACTORBOT_TESTS "Build the tests" ON)
option(ACTORBOT_WERROR "Treat warnings in our own code as errors" ON)
option(ACTORBOT_FUZZ "Build the fuzz targets of tools/fuzz (clang)" OFF)
set(ACTORBOT_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

add_library(actorbot_options INTERFACE)
target_compile_options(actorbot_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  $<$<BOOL:${ACTORBOT_WERROR}>:-Werror>)
target_include_directories(actorbot_options INTERFACE "${PROJECT_SOURCE_DIR}")
# For all or none: Asio's classes differ with it.
target_compile_definitions(actorbot_options INTERFACE BOOST_ASIO_NO_DEPRECATED)

if(ACTORBOT_SANITIZE)
  add_compile_options(-fsanitize=${ACTORBOT_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ACTORBOT_SANITIZE})
  if(ACTORBOT_SANITIZE MATCHES undefined)
    # CAF 0.17.6 forms a reference to no tuple whenever an actor is spawned without arguments
    # (detail/init_fun_factory.hpp). A null pointer that is really used crashes in any case.
    add_compile_options(-fno-sanitize=null)
  endif()
  if(ACTORBOT_SANITIZE MATCHES thread)
    # The thread sanitizer does not know fences, and Asio has some; what it guards with them it
    # guards with mutexes as well, so nothing is reported falsely.
    add_compile_options(-Wno-tsan)
  endif()
endif()

if(ACTORBOT_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "ACTORBOT_FUZZ needs clang++ (libFuzzer), found ${CMAKE_CXX_COMPILER}")
  endif()
  # Everything tells libFuzzer where it has been; only the targets get its main().
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(ACTORBOT_MOLD mold)
mark_as_advanced(ACTORBOT_MOLD)
if(ACTORBOT_MOLD AND NOT ACTORBOT_SANITIZE)
  add_link_options(-fuse-ld=mold)
endif()
