# towline_library(name USES public... PRIVATE private...)
# One folder under src/ is one static library and, beside it, one test program made of its *_test.cpp files.
# Every library sees only src/ as include root, so an include line always names the folder: "record/record.hpp".
function(towline_library name)
  cmake_parse_arguments(ARG "" "" "USES;PRIVATE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/${name}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz|/main)\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")

  set(uses "")
  foreach(use ${ARG_USES})
    if(TARGET towline_${use})
      list(APPEND uses towline_${use})
    else()
      list(APPEND uses ${use})
    endif()
  endforeach()
  if(sources)
    add_library(towline_${name} STATIC ${sources})
    target_include_directories(towline_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(towline_${name} PUBLIC ${uses} PRIVATE towline_flags ${ARG_PRIVATE})
  else()
    add_library(towline_${name} INTERFACE)
    target_include_directories(towline_${name} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(towline_${name} INTERFACE ${uses})
  endif()
  if(tests AND TOWLINE_TESTS)
    set_property(GLOBAL APPEND PROPERTY TOWLINE_UNIT_TESTS ${name})
    set_property(GLOBAL PROPERTY TOWLINE_TEST_SOURCES_${name} "${tests}")
  endif()
endfunction()

# towline_page(NAME FOLDER)
# The status page, whose parts are the files of FOLDER, becomes text in the library NAME.
function(towline_page name folder)
  file(GLOB parts CONFIGURE_DEPENDS ${folder}/*.html ${folder}/*.css ${folder}/*.js)
  set(output ${CMAKE_BINARY_DIR}/generated/page_text.cpp)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DFOLDER=${folder} -DOUTPUT=${output} -P ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    DEPENDS ${parts} ${PROJECT_SOURCE_DIR}/cmake/embed_page.cmake
    COMMENT "Embedding ${folder}"
    VERBATIM)
  target_sources(towline_${name} PRIVATE ${output})
endfunction()
