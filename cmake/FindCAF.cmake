# Debian's libcaf-dev ships neither a CMake package nor a pkg-config file.
# Defines CAF::core, CAF::io and CAF::openssl; accepts exactly 0.17.6.
find_path(CAF_INCLUDE_DIR caf/config.hpp)
foreach(component core io openssl)
  find_library(CAF_${component}_LIBRARY caf_${component})
endforeach()

if(CAF_INCLUDE_DIR)
  foreach(header caf/detail/build_config.hpp caf/config.hpp)
    if(EXISTS "${CAF_INCLUDE_DIR}/${header}")
      file(STRINGS "${CAF_INCLUDE_DIR}/${header}" caf_version_line
           REGEX "#define CAF_VERSION [0-9]+")
      if(caf_version_line)
        string(REGEX REPLACE ".*CAF_VERSION ([0-9]+).*" "\\1" CAF_VERSION_NUMBER
               "${caf_version_line}")
      endif()
    endif()
  endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF REQUIRED_VARS
  CAF_INCLUDE_DIR CAF_core_LIBRARY CAF_io_LIBRARY CAF_openssl_LIBRARY)
if(CAF_FOUND AND NOT CAF_VERSION_NUMBER EQUAL 1706)
  message(FATAL_ERROR "actorbot needs CAF 0.17.6 exactly, found ${CAF_VERSION_NUMBER} in "
                      "${CAF_INCLUDE_DIR}; on Debian 12: apt-get install libcaf-dev")
endif()

foreach(component core io openssl)
  if(CAF_FOUND AND NOT TARGET CAF::${component})
    add_library(CAF::${component} UNKNOWN IMPORTED)
    set_target_properties(CAF::${component} PROPERTIES
      IMPORTED_LOCATION "${CAF_${component}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
  endif()
endforeach()
if(CAF_FOUND)
  # Makes a message type without a type id a compile error.
  set_property(TARGET CAF::core PROPERTY
    INTERFACE_COMPILE_DEFINITIONS CAF_ENABLE_TYPE_ID_CHECKS)
  set_property(TARGET CAF::io PROPERTY INTERFACE_LINK_LIBRARIES CAF::core)
  set_property(TARGET CAF::openssl PROPERTY INTERFACE_LINK_LIBRARIES CAF::io)
endif()
mark_as_advanced(CAF_INCLUDE_DIR CAF_core_LIBRARY CAF_io_LIBRARY CAF_openssl_LIBRARY)
