"""A small shop that logs what it does: JSON lines over TCP to towline, with structlog.

LOG_HOST and LOG_PORT say where towline is, LOG_EVERY how many seconds to wait between two orders, LOG_ORDERS after how
many orders to end (without it: never).
"""

import itertools
import logging
import logging.handlers
import os
import random
import signal
import sys
import threading

import structlog


class JsonLines(logging.handlers.SocketHandler):
    """A line of JSON instead of a pickle. Connects again by itself; what is logged meanwhile is lost, as it is with
    every sender that gets no answer. towline's http source is for logs that must not be lost."""

    def makePickle(self, record):
        return (record.getMessage() + "\n").encode()


def configure():
    handler = JsonLines(os.environ.get("LOG_HOST", "127.0.0.1"), int(os.environ.get("LOG_PORT", "9000")))
    handler.retryMax = 5.0
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=[handler])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service="shop")


def take_order(log, number, dice):
    """Logs one order, with things in it that must not leave this machine as they are."""
    log = log.bind(order=number, customer={"id": dice.randrange(1000), "email": f"jane.{number}@example.com"})
    log.info("order placed", total=round(dice.uniform(5, 500), 2), card="4111 1111 1111 1111", password="hunter2")
    if dice.random() < 0.2:
        log.warning("stock is low", article=f"A-{dice.randrange(100):03}", left=dice.randrange(5))
    if number % 10 == 9:
        try:
            raise TimeoutError("the payment service didn't answer")
        except TimeoutError:
            log.exception("payment failed", attempt=1)


def main():
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    configure()
    log = structlog.get_logger()
    orders = int(os.environ.get("LOG_ORDERS", "0"))
    log.info("started")
    for number in itertools.count() if orders == 0 else range(orders):
        take_order(log, number, random.Random(number))
        if stop.wait(float(os.environ.get("LOG_EVERY", "1"))):
            break
    log.info("stopped")
    logging.shutdown()


if __name__ == "__main__":
    sys.exit(main())
