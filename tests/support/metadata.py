"""AWS' metadata services, as an ECS task and an EC2 instance see them, or one that misbehaves."""

import http.server
import json
import threading

TOKEN = "canary-imds-token=="

TASK = {
    "Cluster": "arn:aws:ecs:eu-central-1:111122223333:cluster/prod", "ServiceName": "shop",
    "TaskARN": "arn:aws:ecs:eu-central-1:111122223333:task/prod/158d1c8083dd49d6b527399fd6414f5c",
    "Family": "shop-web", "Revision": "26", "AvailabilityZone": "eu-central-1b", "LaunchType": "FARGATE",
    "Containers": [{"Name": "web"}, {"Name": "towline"}],
}
CONTAINER = {"DockerId": "ea32192c8553", "Name": "towline"}
IDENTITY = {
    "accountId": "123456789012", "availabilityZone": "us-west-2b", "instanceId": "i-1234567890abcdef0",
    "instanceType": "t3.micro", "region": "us-west-2",
}
ECS_FACTS = {
    "cluster": "prod", "task_arn": TASK["TaskARN"], "task_id": "158d1c8083dd49d6b527399fd6414f5c", "family": "shop-web",
    "revision": "26", "service_name": "shop", "availability_zone": "eu-central-1b", "launch_type": "FARGATE",
    "container_name": "towline",
}
EC2_FACTS = {
    "account_id": "123456789012", "availability_zone": "us-west-2b", "instance_id": "i-1234567890abcdef0",
    "instance_type": "t3.micro", "region": "us-west-2",
}


class Metadata:
    """Both services on one port of 127.0.0.1. `hanging`: every request is read and never answered."""

    def __init__(self, hanging=False):
        self.requests = []  # "GET /task", in their order
        self._ended = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler(hanging))
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def environment(self):
        """What a process on ECS on EC2 finds in its environment, and where the instance's service is."""
        return {"ECS_CONTAINER_METADATA_URI_V4": f"{self.url}/v4/id", "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.url}

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self, hanging):
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                service.requests.append(f"{self.command} {self.path}")
                if hanging:
                    service._ended.wait()
                    return
                status, body = service.reply(self.command, self.path, self.headers)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = answer

            def log_message(self, *unused):
                pass

        return Handler

    @staticmethod
    def reply(method, path, headers):
        if (method, path) == ("PUT", "/latest/api/token"):
            return (200, TOKEN.encode()) if headers.get("X-aws-ec2-metadata-token-ttl-seconds") else (400, b"")
        if path.startswith("/latest/"):
            if headers.get("X-aws-ec2-metadata-token") != TOKEN:
                return 401, b""
            path = path.removeprefix("/latest")
        documents = {"/v4/id/task": TASK, "/v4/id": CONTAINER, "/dynamic/instance-identity/document": IDENTITY}
        document = documents.get(path) if method == "GET" else None
        return (200, json.dumps(document).encode()) if document else (404, b"")
