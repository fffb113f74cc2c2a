"""A proxy before a Bolt server that cuts, refuses and swallows, so that a test decides when the link breaks."""

import socket
import threading
from contextlib import contextmanager, suppress

COMMIT = bytes.fromhex("0002 B012 0000")  # what a client sends, in a chunk of its own


class BoltProxy:
    """Stands between a driver and the server on loopback `port`; `cuts` says what becomes of each COMMIT to come.

    `way` is `pass`; `refuse`: links are reset; `hole`: links stay and whatever is sent disappears. Of `cuts` each
    COMMIT takes one: `before` it reaches the server, `after` the server answered it, or `pass`; none left: `pass`.
    """

    def __init__(self, port, cuts=()):
        self.way, self.cuts, self.links, self.commits = "pass", list(cuts), 0, 0
        self._port = port
        self._open = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self.cut()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()
        for link in self._open:
            link.close()

    def cut(self):
        """End every link there is."""
        with self._lock:
            for link in self._open:
                _shut(link)

    def _accept(self):
        with suppress(OSError):  # the listener was shut down
            while True:
                client, _ = self._listener.accept()
                self.links += 1
                if self.way == "refuse":
                    client.close()
                    continue
                self._join(client, socket.create_connection(("127.0.0.1", self._port)))

    def _join(self, client, server):
        deaf = threading.Event()  # set once the server's next word must not arrive
        with self._lock:
            self._open += [client, server]
            for pump in (self._out, self._back):
                self._threads.append(threading.Thread(target=pump, args=(client, server, deaf)))
                self._threads[-1].start()

    def _out(self, client, server, deaf):
        with _ending(client, server):
            while data := client.recv(1 << 16):
                if COMMIT in data:
                    self.commits += 1
                    cut = self.cuts.pop(0) if self.cuts else "pass"
                    if cut == "before":
                        return
                    if cut == "after":
                        deaf.set()
                if self.way == "pass":
                    server.sendall(data)

    def _back(self, client, server, deaf):
        with _ending(client, server):
            while data := server.recv(1 << 16):
                if deaf.is_set():
                    return
                if self.way == "pass":
                    client.sendall(data)


@contextmanager
def _ending(*links):
    """When the block ends, by itself or by a broken link, so do the links."""
    with suppress(OSError):
        yield
    for link in links:
        _shut(link)


def _shut(link):
    with suppress(OSError):  # it ended by itself
        link.shutdown(socket.SHUT_RDWR)
