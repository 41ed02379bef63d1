"""The front door of an AWS service: who may pass, and with what signature. botocore computes the signature once more,
so that nothing here shares a mistake with the client under test.

    keys = Keys("eu-west-1", "logs"); keys.add("AKIDEXAMPLE", "secret"); keys.check(request, now)
"""

import dataclasses
import datetime
import hashlib
import hmac
import re
from typing import Optional

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TOLERANCE = 5 * 60  # seconds that a client's clock may be wrong
STAMP = "%Y%m%dT%H%M%SZ"
AUTHORIZATION = re.compile(r"AWS4-HMAC-SHA256 Credential=([^/, ]+)/(\d{8})/([^/, ]*)/([^/, ]*)/aws4_request, ?"
                           r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})")
MISMATCH = ("The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details.")
INVALID_TOKEN = "The security token included in the request is invalid."


class ServiceError(Exception):
    """What AWS answers instead of what was asked for."""

    def __init__(self, name, message, status=400):
        super().__init__(f"{name}: {message}")
        self.name, self.message, self.status = name, message, status


@dataclasses.dataclass
class Key:
    secret: str
    token: Optional[str] = None      # a temporary key must be used with its session token
    expires: Optional[float] = None  # seconds since 1970


class Keys:
    """The keys that a service knows. Another thread may add some at any time."""

    def __init__(self, region, service):
        self.region, self.service = region, service
        self._known = {}

    def add(self, key_id, secret, token=None, expires=None):
        self._known[key_id] = Key(secret, token, expires)

    def expire(self, key_id):
        self._known[key_id].expires = 0.0

    def forget(self, key_id):
        del self._known[key_id]

    def check(self, request, now):
        """The id of the key; raises ServiceError. `now`: seconds since 1970 by the service's own clock."""
        headers = request.headers
        if "authorization" not in headers:
            raise ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token")
        found = AUTHORIZATION.fullmatch(headers["authorization"])
        if not found:
            raise ServiceError("IncompleteSignatureException", "Authorization header is not in the form of AWS4")
        key_id, date, region, service, signed, signature = found.groups()
        key = self._known_key(key_id, headers.get("x-amz-security-token"), now)
        _check_date(headers.get("x-amz-date", ""), date, now)
        if (region, service) != (self.region, self.service):
            raise ServiceError("InvalidSignatureException", f"Credential should be scoped to a valid region and to "
                               f"correct service: '{self.region}', '{self.service}'.")
        _check_signed(signed.split(";"), headers)
        if not hmac.compare_digest(self._signature(request, key_id, key, signed.split(";")), signature):
            raise ServiceError("InvalidSignatureException", MISMATCH)
        return key_id

    def _known_key(self, key_id, token, now):
        key = self._known.get(key_id)
        if key is None or key.token != token:
            raise ServiceError("UnrecognizedClientException", INVALID_TOKEN)
        if key.expires is not None and key.expires <= now:
            raise ServiceError("ExpiredTokenException", "The security token included in the request is expired")
        return key

    def _signature(self, request, key_id, key, signed):
        digest = hashlib.sha256(request.body).hexdigest()
        if request.headers.get("x-amz-content-sha256", digest) != digest:
            raise ServiceError("InvalidSignatureException", "The value of x-amz-content-sha256 is not the body's.")
        url = f"http://{request.headers['host']}{request.path}"
        headers = {name: request.headers[name] for name in signed}
        again = AWSRequest(method=request.method, url=url, data=request.body, headers=headers)
        again.context["timestamp"] = request.headers["x-amz-date"]
        signer = SigV4Auth(Credentials(key_id, key.secret, key.token), self.service, self.region)
        return signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)


def _check_date(stamp, date, now):
    try:
        made = datetime.datetime.strptime(stamp, STAMP).replace(tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        raise ServiceError("IncompleteSignatureException", f"Date must be in ISO-8601 'basic format'. Got '{stamp}'."
                           ) from None
    if stamp[:8] != date:
        raise ServiceError("InvalidSignatureException", f"Date in Credential scope does not match YYYYMMDD from "
                           f"ISO-8601 version of date from HTTP: '{date}' != '{stamp[:8]}'.")
    clock = datetime.datetime.fromtimestamp(now, datetime.timezone.utc).strftime(STAMP)
    if made < now - TOLERANCE:
        raise ServiceError("InvalidSignatureException", f"Signature expired: {stamp} is now earlier than {clock} "
                           "- 5 min.")
    if made > now + TOLERANCE:
        raise ServiceError("InvalidSignatureException", f"Signature not yet current: {stamp} is still later than "
                           f"{clock} + 5 min.")


def _check_signed(signed, headers):
    """Host, content type and all of x-amz- must be signed, and nothing that isn't there; in order, each once."""
    if signed != sorted(set(signed)):
        raise ServiceError("IncompleteSignatureException", "SignedHeaders are not sorted.")
    must = {name for name in headers if name in ("host", "content-type") or name.startswith("x-amz-")} | {"host"}
    missing = must.difference(signed) | set(signed).difference(headers)
    if missing:
        raise ServiceError("InvalidSignatureException", "There were headers present in the request which were not "
                           f"signed: {', '.join(sorted(missing))}")
