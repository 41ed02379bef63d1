# What is installed, and the Debian package of it: `make deb`. The files of the service have the places that Debian
# gives them, whatever the prefix is.
include(GNUInstallDirs)

# A package is of what was built: installing must not build everything else.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)

set(TOWLINE_MAINTAINER "towline maintainers <towline@example.org>" CACHE STRING "Who answers for the package")
set(PACKAGE_VERSION ${PROJECT_VERSION}-1)
string(TIMESTAMP PACKAGE_DATE "%a, %d %b %Y %H:%M:%S +0000" UTC)  # SOURCE_DATE_EPOCH, where it is set

# gzipped(source name destination): installs a file compressed as Debian wants it, without the time in it.
find_program(GZIP gzip REQUIRED)
function(gzipped source name destination)
  set(output ${CMAKE_BINARY_DIR}/packaging/${name}.gz)
  execute_process(COMMAND ${GZIP} -9nc ${source} OUTPUT_FILE ${output} COMMAND_ERROR_IS_FATAL ANY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  install(FILES ${output} DESTINATION ${destination})
endfunction()

set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
install(TARGETS towline RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES deploy/completion/towline.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
        RENAME towline)
install(FILES deploy/completion/_towline DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES deploy/completion/towline.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES config/reference.yaml DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(FILES packaging/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES deploy/systemd/towline.service DESTINATION /lib/systemd/system)
install(FILES packaging/towline.yaml DESTINATION /etc/towline)
install(DIRECTORY DESTINATION /etc/towline/credentials DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
configure_file(packaging/debian/changelog.in ${CMAKE_BINARY_DIR}/packaging/changelog @ONLY)
gzipped(${CMAKE_BINARY_DIR}/packaging/changelog changelog.Debian ${CMAKE_INSTALL_DOCDIR})
gzipped(${PROJECT_SOURCE_DIR}/docs/man/towline.1 towline.1 ${CMAKE_INSTALL_MANDIR}/man1)
gzipped(${PROJECT_SOURCE_DIR}/docs/man/towline.yaml.5 towline.yaml.5 ${CMAKE_INSTALL_MANDIR}/man5)

set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)  # for the places that aren't below the prefix
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME towline)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR towline)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "small, fast log shipper that can prove it lost nothing")
set(CPACK_PACKAGE_DESCRIPTION
"Applications write newline-delimited JSON to it over TCP, UDP or HTTP; it
renames fields, redacts personal data, batches, compresses and delivers to
Better Stack, CloudWatch or any HTTP endpoint. For every destination a ledger
says, to the record, what became of what was received.")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER ${TOWLINE_MAINTAINER})
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS ca-certificates)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${PROJECT_SOURCE_DIR}/packaging/debian/conffiles;${PROJECT_SOURCE_DIR}/packaging/debian/postinst
    ${PROJECT_SOURCE_DIR}/packaging/debian/prerm;${PROJECT_SOURCE_DIR}/packaging/debian/postrm)
include(CPack)
