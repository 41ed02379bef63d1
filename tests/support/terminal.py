"""A terminal for a command under test: a pty whose size can change, and which keeps every byte that was written."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time


class Terminal:
    """Runs a command in a session of its own, with a new pty as its controlling terminal."""

    def __init__(self, arguments, environment, columns=100, rows=30):
        self.parent, self._child = pty.openpty()
        self.resize(columns, rows, tell=False)
        self.before = termios.tcgetattr(self._child)
        self.written = b""
        self.process = subprocess.Popen(arguments, stdin=self._child, stdout=self._child, stderr=self._child,
                                        env={**environment, "TERM": "xterm-256color"}, start_new_session=True,
                                        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def resize(self, columns, rows, tell=True):
        fcntl.ioctl(self.parent, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:  # the kernel tells the foreground group; a test must not depend on which that is
            self.process.send_signal(signal.SIGWINCH)

    def read(self, seconds=0.1):
        """What has been written within this time."""
        new = b""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not select.select([self.parent], [], [], left)[0]:
                break
            try:
                piece = os.read(self.parent, 65536)
            except OSError:
                break
            if not piece:
                break
            new += piece
        self.written += new
        return new

    def wait_for(self, text, timeout=10.0):
        """Waits until `text` has been written since the last wait; returns everything since then."""
        seen = b""
        deadline = time.monotonic() + timeout
        while text not in seen:
            assert time.monotonic() < deadline, seen[-2000:]
            seen += self.read()
        return seen

    def press(self, keys):
        os.write(self.parent, keys)

    def attributes(self):
        return termios.tcgetattr(self._child)

    def wait(self, timeout=10.0):
        """The exit code, when everything that was written has been read."""
        deadline = time.monotonic() + timeout
        while self.process.poll() is None:
            assert time.monotonic() < deadline, self.written[-2000:]
            self.read()
        while self.read():
            pass
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.parent)
        os.close(self._child)
