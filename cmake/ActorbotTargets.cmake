# actorbot_library(NAME [DEPENDS target...] [SYSTEM target...])
#   A static library of every .cpp in the current folder (not below it).
#   DEPENDS are ours and are passed on; SYSTEM are third-party, their headers give no warnings.
function(actorbot_library name)
  cmake_parse_arguments(arg "" "" "DEPENDS;SYSTEM" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC actorbot_options ${arg_DEPENDS} ${arg_SYSTEM})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE actorbot_options ${arg_DEPENDS} ${arg_SYSTEM})
  endif()
endfunction()

# actorbot_test(NAME FOLDER folder LABEL label DEPENDS target...)
#   One doctest program of every .cpp in tests/<folder>.
function(actorbot_test name)
  cmake_parse_arguments(arg "" "FOLDER;LABEL;TIMEOUT" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${arg_FOLDER}/*.cpp")
  if(NOT sources)
    return()
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  add_executable(${name} ${sources} "${PROJECT_SOURCE_DIR}/tests/main.cpp")
  target_link_libraries(${name} PRIVATE actorbot_options ${arg_DEPENDS} doctest::doctest)
  target_compile_definitions(${name} PRIVATE
    ACTORBOT_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data"
    ACTORBOT_SHARED="${PROJECT_SOURCE_DIR}/../shared"
    ACTORBOT_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    ACTORBOT_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT ${arg_TIMEOUT})
endfunction()
