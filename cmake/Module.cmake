# inkling_module(detect HEADERS a.h SOURCES a.cpp PUBLIC_DEPS inkling::core PRIVATE_DEPS fmt::fmt)
# One static library per folder: inkling_detect, alias inkling::detect. Every header belongs to it.
function(inkling_module name)
  cmake_parse_arguments(M "" "" "HEADERS;SOURCES;PUBLIC_DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(inkling_${name} STATIC)
  add_library(inkling::${name} ALIAS inkling_${name})
  if(NOT M_SOURCES)
    file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp" "")
    set(M_SOURCES "${CMAKE_CURRENT_BINARY_DIR}/empty.cpp")
  endif()
  target_sources(inkling_${name}
    PRIVATE ${M_SOURCES}
    PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${M_HEADERS})
  target_link_libraries(inkling_${name} PUBLIC ${M_PUBLIC_DEPS} PRIVATE inkling_flags ${M_PRIVATE_DEPS})
endfunction()

# inkling_test(detect SOURCES detect/a_test.cpp DEPS inkling::detect)
# One executable per module; each TEST is a ctest of its own.
function(inkling_test name)
  cmake_parse_arguments(T "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name}_tests ${T_SOURCES})
  target_link_libraries(${name}_tests PRIVATE inkling_flags inkling_test_support ${T_DEPS} GTest::gmock_main)
  gtest_discover_tests(${name}_tests TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 120)
endfunction()
