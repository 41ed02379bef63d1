// The value types of the configuration, for use in config structs.
//   ByteSize      10MB, 32MiB, 4096
//   Duration      250ms, 5s, 1h30m (towline::Duration itself)
//   Limit         a positive number or `unlimited`
//   OrOff<T>      a T or `off`
//   OrUnlimited<T>  a T or `unlimited`
//   Endpoint      127.0.0.1:9000, [::1]:9000, :9000
//   Url           https://host:443/path
//   SecretSource  a text, usually ${VARIABLE}, or file:/path
//   Map<T>        a map with the user's own keys, in order; std::vector<T> a list; std::optional<T> may be left out
//   bool, the integer types, double, std::string, enums with a config_values() table
#pragma once

#include "config/byte_size.hpp"
#include "config/endpoint.hpp"
#include "config/limit.hpp"
#include "config/secret_source.hpp"
#include "config/url.hpp"
#include "config/value.hpp"
