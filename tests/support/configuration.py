"""Configurations for the tests: one source, one transform and the sinks named, on free ports and with short waits."""

DEFAULT_STEPS = [{"rename": {"timestamp": "dt"}}, {"redact": {}}]


def tcp(**settings):
    return {"type": "tcp", "listen": "127.0.0.1:0", **settings}


def udp(**settings):
    return {"type": "udp", "listen": "127.0.0.1:0", **settings}


def http(**settings):
    return {"type": "http", "listen": "127.0.0.1:0", "ack_timeout": "1s", **settings}


def http_sink(peer, **settings):
    """With a key for each batch, which the oracle checks."""
    defaults = {"type": "http", "url": peer.url, "idempotency_header": "Idempotency-Key", "batch": {"age": "20ms"},
                "retry": {"initial": "20ms", "max": "200ms"}}
    return {**defaults, **settings}


def betterstack(peer, **settings):
    defaults = {"type": "betterstack", "url": peer.url, "token": peer.token, "tls": {"ca_file": str(peer.ca_file)},
                "batch": {"age": "50ms"}, "retry": {"initial": "20ms", "max": "200ms"}}
    return {**defaults, **settings}


def configuration(*, sources=None, steps=None, sinks=None, **root):
    """Everything flows through the transform `clean`; `sinks` is {id: settings}."""
    sources = sources or {"app": tcp()}
    transform = {"inputs": list(sources), "steps": DEFAULT_STEPS if steps is None else steps}
    return {
        "admin": {"listen": "127.0.0.1:0"},
        **root,
        "sources": sources,
        "transforms": {"clean": transform},
        "sinks": {name: {"inputs": ["clean"], **settings} for name, settings in sinks.items()},
    }
