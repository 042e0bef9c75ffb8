# SPDX-License-Identifier: MIT
# What every target of the project is compiled with.
add_library(oscar_options INTERFACE)
target_include_directories(oscar_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(oscar_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Werror)
target_compile_definitions(oscar_options INTERFACE BOOST_ERROR_CODE_HEADER_ONLY SPDLOG_FMT_EXTERNAL)
if(OSCAR_SANITIZE)
    target_compile_options(oscar_options INTERFACE -fsanitize=${OSCAR_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(oscar_options INTERFACE -fsanitize=${OSCAR_SANITIZE})
endif()

# oscar_library(NAME SOURCES... [USES libraries...]): one library a folder; what it may use stands in its own CMakeLists.txt.
function(oscar_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC oscar_options ${ARG_USES})
endfunction()

# oscar_test(NAME SOURCES... [USES libraries...]): a GoogleTest program; each TEST is a test of ctest.
function(oscar_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;USES" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE oscar_options ${ARG_USES} GTest::gtest_main GTest::gmock)
    target_compile_definitions(${name} PRIVATE OSCAR_TEST_DATA="${CMAKE_SOURCE_DIR}/tests")
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
endfunction()
