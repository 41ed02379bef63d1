# cmake -DFOLDER=src/app/page -DOUTPUT=page_text.cpp -P embed_page.cmake
# Makes one document of the status page's files, and C++ of it: the text, and the Content-Security-Policy that allows
# this style and this script and nothing else, by their hashes.
set(scripts dom figures graph link views tail page)  # in this order: each uses those before it

# Blanks at the beginning of lines are for who reads the files, as are lines of comment in a script.
function(read_part file result)
  file(READ "${FOLDER}/${file}" text)
  string(REGEX REPLACE "\n +" "\n" text "${text}")
  if(file MATCHES "\\.js$")
    string(REGEX REPLACE "\n//[^\n]*" "" text "\n${text}")
  endif()
  set(${result} "${text}" PARENT_SCOPE)
endfunction()

# SHA-256 in base64: six hexadecimal digits at a time are four characters, and of the last four digits three.
function(hash_source text result)
  set(alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  string(SHA256 digits "${text}")
  set(encoded "")
  foreach(at RANGE 0 63 6)
    string(SUBSTRING "${digits}00" ${at} 6 group)
    foreach(shift 18 12 6 0)
      math(EXPR place "(0x${group} >> ${shift}) & 63")
      string(SUBSTRING "${alphabet}" ${place} 1 character)
      string(APPEND encoded "${character}")
    endforeach()
  endforeach()
  string(SUBSTRING "${encoded}" 0 43 encoded)
  set(${result} "'sha256-${encoded}='" PARENT_SCOPE)
endfunction()

read_part(index.html html)
read_part(page.css style)
set(script "")
foreach(name ${scripts})
  read_part(${name}.js part)
  string(APPEND script "${part}")
endforeach()
hash_source("${style}" style_hash)
hash_source("${script}" script_hash)
string(REPLACE "@page.css@" "${style}" html "${html}")
string(REPLACE "@page.js@" "${script}" html "${html}")

set(policy "default-src 'none'; style-src ${style_hash}; script-src ${script_hash}; connect-src 'self'; img-src data:")
string(APPEND policy "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")

file(WRITE "${OUTPUT}.new" "// Made of ${FOLDER} by cmake/embed_page.cmake.
#include \"app/page/page.hpp\"

namespace towline::app {

const std::string_view page_text = R\"page(${html})page\";
const std::string_view page_policy = R\"page(${policy})page\";

}  // namespace towline::app
")
file(RENAME "${OUTPUT}.new" "${OUTPUT}")
