// The checksums of Bitcoin addresses.
#pragma once

#include <string_view>

namespace towline::redact {

// 25 bytes in base58, of which the last four are the beginning of the SHA-256 of the SHA-256 of the others.
bool has_base58_checksum(std::string_view address);

// bech32 or bech32m (BIP 173, BIP 350) with the prefix bc, all in small letters or all in capitals.
bool has_bech32_checksum(std::string_view address);

}  // namespace towline::redact
