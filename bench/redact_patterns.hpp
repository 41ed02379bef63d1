// Regular expressions that find about what the detectors find, without the checks (check digits, entropy, what stands
// around): what one would write instead of them.
#pragma once

namespace towline::bench {

inline constexpr const char* redact_patterns[] = {
    R"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----)",
    R"((?i)\bbearer[ :=]+["']?[!-~]{8,})",
    R"((?i)\bbasic[ :=]+["']?[A-Za-z0-9+/]{4,})",
    R"((?i)\bdigest\s.*(username|response)=)",
    R"((?i)(set-)?cookie["']?[:=]\s*["']?[\w.-]+=[^;\s]{6,})",
    R"(://[^/\s:@]*:[^\s@]+@)",
    R"((?i)(password|pwd)=[^;&\s]+[;&])",
    R"(eyJ[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)",
    R"(\b(AKIA|ASIA)[A-Z0-9]{16}\b)",
    R"((?i)secret[\w .-]{0,20}["']?\s*[:=]\s*["']?[A-Za-z0-9/+]{40})",
    R"(\bAIza[A-Za-z0-9_-]{35})",
    R"(ya29\.[A-Za-z0-9_.-]{20,})",
    R"(GOCSPX-[A-Za-z0-9_-]{24,})",
    R"(gh[pousr]_[A-Za-z0-9]{36,})",
    R"(github_pat_[A-Za-z0-9_]{40,})",
    R"(gl(pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_.-]{20,})",
    R"(xox[abceprs][-.][A-Za-z0-9-]{10,})",
    R"(hooks\.slack\.com/(services|triggers|workflows)/T[A-Za-z0-9_/]{20,})",
    R"([sr]k_(live|test)_[A-Za-z0-9]{16,})",
    R"(whsec_[A-Za-z0-9+/=]{24,})",
    R"(\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{18,})",
    R"(\b(npm_|hf_|ntn_|gsk_)[A-Za-z0-9]{30,})",
    R"(\bsk-[A-Za-z0-9_-]{20,})",
    R"(\bSK[0-9a-f]{32}\b)",
    R"(\bkey-[0-9a-f]{32}\b)",
    R"([0-9a-f]{32}-us\d{1,2}\b)",
    R"(shp(at|ca|pa|ss)_[A-Za-z0-9]{32})",
    R"(do[por]_v1_[0-9a-f]{64})",
    R"(\bhv[sbr]\.[A-Za-z0-9_-]{24,})",
    R"(\bdapi[0-9a-f]{32})",
    R"(AccountKey=[A-Za-z0-9+/=]{80,})",
    R"([?&]sig=[A-Za-z0-9%+/]{43,})",
    R"(\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b)",
    R"((?i)(password|passwd|passphrase|secret|token|api[_ -]?key|access[_ -]?key|private[_ -]?key)["']?\s*[:=]+\s*["']?[^\s"',;&]{8,})",
    R"(\b(?:\d[ -]{0,2}){13,19}\b)",
    R"((?i)\b[A-Z]{2}\d{2}(?: {0,2}[A-Z0-9]){11,30}\b)",
    R"(\b\d{3}-\d{2}-\d{4}\b)",
    R"(\+[1-9](?:[ ().-]{0,3}\d){7,14}\b)",
    R"((?:\(\d{3}\) ?|\b\d{3}[-.])\d{3}[-. ]\d{4}\b)",
    R"(\b0[1-9]\d{0,3}[ /.-]\d{2,8}(?:[ .-]\d{2,8}){0,3}\b)",
    R"([A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})",
    R"(\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b)",
    R"(\b[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\b)",
};

}  // namespace towline::bench
