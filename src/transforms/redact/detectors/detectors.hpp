// The list of all detectors. A new one is a file in this folder and two lines here.
#pragma once

#include <array>

#include "transforms/redact/detectors/detector.hpp"

namespace towline::redact {

extern const Detector email;
extern const Detector bearer;
extern const Detector basic;
extern const Detector jwt;
extern const Detector aws_access_key;
extern const Detector vendor_key;
extern const Detector card;
extern const Detector us_ssn;
extern const Detector iban;

// Where two find the same bytes, the one named first gives its name.
inline constexpr std::array<const Detector*, 9> all_detectors = {
    &bearer, &basic, &jwt, &aws_access_key, &vendor_key, &card, &us_ssn, &iban, &email,
};

}  // namespace towline::redact
