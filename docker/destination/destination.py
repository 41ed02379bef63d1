"""A destination on this machine: takes NDJSON over HTTP, prints each record as a line for people, and passes it on to
Loki where LOKI_URL is set.

A request is answered 200 when all of it is printed and, with Loki, stored there: else towline keeps it and comes again.
What Loki refuses for good is answered 400, so that towline finds the record that it is about.
"""

import datetime
import http.server
import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
import zlib

MAX_BODY = 32 * 1024 * 1024
COLUMNS = ("dt", "level", "message")


def as_line(record):
    """12:00:01.234 INFO    order placed  order=17 total=12.5"""
    time_of_day = str(record.get("dt", ""))[11:23]
    level = str(record.get("level", "")).upper()
    rest = " ".join(f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
                    for name, value in record.items() if name not in COLUMNS)
    return f"{time_of_day:12} {level:8} {record.get('message', '')}  {rest}"


def nanoseconds(record):
    try:
        moment = datetime.datetime.fromisoformat(record["dt"])
        return int(moment.timestamp() * 1_000_000) * 1000
    except (KeyError, TypeError, ValueError):
        return time.time_ns()


def for_loki(records, texts):
    """Loki's push format: lines grouped by a few labels. Only what has few values may be a label."""
    streams = {}
    for record, text in zip(records, texts):
        labels = ("towline", str(record.get("service", "unknown")), str(record.get("level", "unknown")))
        streams.setdefault(labels, []).append([str(nanoseconds(record)), text])
    return {"streams": [{"stream": dict(zip(("job", "service", "level"), labels)), "values": values}
                        for labels, values in streams.items()]}


def push(url, body):
    """What to answer: 200, or why not."""
    request = urllib.request.Request(url.rstrip("/") + "/loki/api/v1/push", json.dumps(body).encode(),
                                     {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10):
            return 200
    except urllib.error.HTTPError as error:
        print(f"Loki answers {error.code}: {error.read(300).decode('utf-8', 'replace')}", file=sys.stderr, flush=True)
        return 503 if error.code in (408, 429) or error.code >= 500 else 400
    except OSError as error:
        print(f"no answer from Loki: {error}", file=sys.stderr, flush=True)
        return 503


def unpacked(body, encoding):
    if encoding != "gzip":
        return body
    # Not gzip.decompress: a few kilobytes may become gigabytes.
    unpack = zlib.decompressobj(wbits=31)
    plain = unpack.decompress(body, MAX_BODY)
    if not unpack.eof:
        raise ValueError("too long, or cut")
    return plain


class Destination(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 120
    loki = ""

    def do_POST(self):
        length = int(self.headers.get("Content-Length", "-1"))
        if not 0 <= length <= MAX_BODY:
            self.close_connection = True
            return self.answer(411 if length < 0 else 413)
        try:
            body = unpacked(self.rfile.read(length), self.headers.get("Content-Encoding", "")).decode()
            # Not splitlines(): that cuts at characters, U+2028 for example, which may stand in a JSON string.
            texts = [text for text in body.split("\n") if text]
            records = [json.loads(text) for text in texts]
            if not all(isinstance(record, dict) for record in records):
                raise ValueError("not an object")
        except (ValueError, zlib.error):
            return self.answer(400)
        status = push(self.loki, for_loki(records, texts)) if self.loki and records else 200
        if status == 200:
            print("\n".join(map(as_line, records)), flush=True)
        return self.answer(status)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass  # the records are what is to be seen


def main():
    host, _, port = os.environ.get("LISTEN", "127.0.0.1:8080").rpartition(":")
    Destination.loki = os.environ.get("LOKI_URL", "")
    with http.server.ThreadingHTTPServer((host, int(port)), Destination) as server:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        print(f"taking records on port {server.server_port}"
              + (f", passing them on to {Destination.loki}" if Destination.loki else ""), file=sys.stderr, flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
