"""Where a process on AWS gets its keys: the container endpoint of ECS and EKS, and an instance's metadata service.

In a test:   with CredentialsService(cloudwatch.keys, lifetime=900) as service: start(config, **service.on_ecs())

Each answer is a new temporary key that the service it is for knows, with its expiry. It misbehaves as a Peer does:
`next(Reply(delay=3))` is slow, `next(Reply(500), Reply(500))` flaps, `on_connect = "silent"` is dead, `go_away` too.
"""

import datetime
import json
import time

from tests.support.exchange import Reply
from tests.support.peer import Peer

ROLE = "shop-task"
TOKEN_LIFETIME = 21_600
CONTAINER_PATH = "/v2/credentials/158d1c80"
ROLE_PATH = "/latest/meta-data/iam/security-credentials/"


class CredentialsService(Peer):
    """`keys`: of the service that the credentials are for. `lifetime`: seconds that a key lives. `authorization`: what
    the container endpoint asks for, None for nothing."""

    def __init__(self, keys, lifetime=3600.0, authorization=None):
        self.keys, self.lifetime, self.authorization = keys, lifetime, authorization
        self.issued = []        # key ids
        self.asked = []         # "GET /path", in their order
        self.most_at_once = 0   # requests for credentials under way at the same time
        self.metadata_token = "canary-metadata-token"
        self._now_at_once = 0
        super().__init__(token=None)

    def on_ecs(self):
        """The environment of a task. EKS' is the same, with a token in a file."""
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self.port}{CONTAINER_PATH}",
                "AWS_EC2_METADATA_DISABLED": "true",
                **({"AWS_CONTAINER_AUTHORIZATION_TOKEN": self.authorization} if self.authorization else {})}

    def on_ec2(self):
        return {"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{self.port}"}

    def issue(self):
        """A new key, as both services write it."""
        number = len(self.issued) + 1
        key, secret, token = f"ASIACANARY{number}", f"canary-secret-{number}", f"canary-session-token-{number}/+="
        expires = time.time() + self.lifetime
        self.keys.add(key, secret, token, expires)
        self.issued.append(key)
        stamp = datetime.datetime.fromtimestamp(expires, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": stamp}

    def _judge(self, request):
        what = (request.method, request.path)
        self.asked.append(" ".join(what))
        if what == ("GET", CONTAINER_PATH):
            if self.authorization and request.headers.get("authorization") != self.authorization:
                return Reply(401)
            return self._credentials({"RoleArn": f"arn:aws:iam::111122223333:role/{ROLE}"})
        if what == ("PUT", "/latest/api/token"):
            return self._metadata_token(request)
        if request.headers.get("x-aws-ec2-metadata-token") != self.metadata_token:
            return Reply(401)
        if what == ("GET", ROLE_PATH):
            return Reply(200, body=ROLE.encode())
        if what == ("GET", ROLE_PATH + ROLE):
            return self._credentials({"Code": "Success", "Type": "AWS-HMAC"})
        return Reply(404)

    def _credentials(self, more):
        body = json.dumps({**more, **self.issue()}).encode()
        return Reply(200, {"Content-Type": "application/json"}, body)

    def _metadata_token(self, request):
        lifetime = request.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if not lifetime.isdigit() or not 1 <= int(lifetime) <= TOKEN_LIFETIME or request.body:
            return Reply(400)
        if "x-forwarded-for" in request.headers:
            return Reply(403)
        headers = {"X-aws-ec2-metadata-token-ttl-seconds": lifetime}
        return Reply(200, headers, self.metadata_token.encode())

    def _open(self, _request):
        return ""

    def _answer(self, sock, request, reply):
        with self._changed:
            self._now_at_once += 1
            self.most_at_once = max(self.most_at_once, self._now_at_once)
        try:
            return super()._answer(sock, request, reply)
        finally:
            with self._changed:
                self._now_at_once -= 1
