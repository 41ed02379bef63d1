// The list of all detectors: the catalogue. A new one is a file in this folder and two lines here; its row is its tests
// and its part of docs/reference/detectors.md.
#pragma once

#include <array>
#include <vector>

#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

extern const Detector private_key;
extern const Detector bearer;
extern const Detector basic;
extern const Detector digest;
extern const Detector cookie;
extern const Detector url_password;
extern const Detector jwt;
extern const Detector aws_access_key;
extern const Detector aws_secret_key;
extern const Detector gcp_key;
extern const Detector github_token;
extern const Detector gitlab_token;
extern const Detector slack_token;
extern const Detector stripe_key;
extern const Detector sendgrid_key;
extern const Detector vendor_key;
extern const Detector generic_secret;
extern const Detector card;
extern const Detector us_ssn;
extern const Detector iban;
extern const Detector phone;
extern const Detector email;
extern const Detector mac;
extern const Detector ipv4;
extern const Detector ipv6;
extern const Detector crypto_wallet;

// Where some find the same bytes, the one named first gives its name.
inline constexpr std::array<const Detector*, 26> all_detectors = {
    &private_key, &bearer,         &basic,          &digest,     &cookie,       &url_password,
    &jwt,         &aws_access_key, &aws_secret_key, &gcp_key,    &github_token, &gitlab_token,
    &slack_token, &stripe_key,     &sendgrid_key,   &vendor_key, &card,         &iban,
    &us_ssn,      &phone,          &generic_secret, &email,      &mac,          &ipv4,
    &ipv6,        &crypto_wallet,
};

// Those that are used where the configuration doesn't say which.
std::vector<const Detector*> default_detectors();

}  // namespace towline::redact
