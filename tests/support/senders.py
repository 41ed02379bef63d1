"""The application side: bytes over TCP and UDP."""

import socket
import threading


def send_tcp(address, data, timeout=30.0):
    """Sends everything over one connection, then closes it in the ordinary way."""
    with socket.create_connection(address, timeout=timeout) as sock:
        sock.sendall(data)


def send_udp(address, *datagrams):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        for datagram in datagrams:
            sock.sendto(datagram, address)


def send_side_by_side(address, streams, timeout=60.0):
    """One connection and one thread for each stream of bytes; raises what a sender met (a closed connection, say)."""
    failures = []

    def send(data):
        try:
            send_tcp(address, data, timeout)
        except OSError as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(data,)) for data in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
