# Target check-headers: compiles every header of ours alone, and twice in a row, so that none relies
# on what its users happened to include before it. Not part of `all`.
file(GLOB_RECURSE own_headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
  messages/*.hpp venues/*.hpp strategies/*.hpp config/*.hpp actors/*.hpp supervision/*.hpp
  tools/*.hpp)
set(header_sources)
foreach(header IN LISTS own_headers)
  if(header MATCHES "node_modules")
    continue()
  endif()
  set(source "${PROJECT_BINARY_DIR}/check-headers/${header}.cpp")
  file(CONFIGURE OUTPUT "${source}"
       CONTENT "#include \"${header}\"\n#include \"${header}\"\n" @ONLY)
  list(APPEND header_sources "${source}")
endforeach()
add_library(check-headers OBJECT EXCLUDE_FROM_ALL ${header_sources})
target_link_libraries(check-headers PRIVATE
  actorbot_options CAF::core CAF::io Boost::headers OpenSSL::SSL nlohmann_json::nlohmann_json
  spdlog::spdlog simdjson::simdjson Secp256k1::secp256k1 CLI11::CLI11 ZLIB::ZLIB)
target_include_directories(check-headers SYSTEM PRIVATE
  "$<TARGET_PROPERTY:tomlplusplus::tomlplusplus,INTERFACE_INCLUDE_DIRECTORIES>")
