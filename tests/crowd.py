"""Many clients that know the right answers, before a real server: what they were told, and what its processes hold."""

import http.client
import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from program import free_port, program_of
from servers import until

ASKS = (
    *(("POST", "/v1/lookups", {"target": {"address": f"{who}@kund.example"}}) for who in ("lea", "mats", "nils")),
    ("POST", "/v1/lookups", {"target": {"name": "Pia Ångström"}, "one_way": True}),
    ("POST", "/v1/lookups", {"target": {"crm_id": "crm:dynamics:1004"}, "as_of": "2026-06-01"}),
    ("POST", "/v1/targets", {"name": "le"}),
    ("GET", "/v1/me", None),
    ("GET", "/v1/me/connections", None),
    ("GET", "/v1/me/cooling", None),
)
UNBOUND = {"WKW_CALLS_PER_MINUTE": "1000000", "WKW_PARALLEL_CALLS": "100"}  # one key for all of them
ENDED = (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError)


@dataclass(frozen=True, slots=True)
class Told:
    """What came back: when it was asked and answered, and whether that was right, away (a 503 that may be retried)."""

    ask: int
    began: float
    seconds: float
    status: int
    body: dict
    retry_after: str | None

    @property
    def away(self):
        return self.status == 503 and self.body["retryable"] and int(self.retry_after) > 0


class Client:
    """One client on a connection that it keeps."""

    def __init__(self, port, token):
        self._link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def close(self):
        self._link.close()

    def send(self, method, path, body=None):
        asks = path in ("/v1/lookups", "/v1/targets") and "as_of" not in body
        sent = body and json.dumps(body | {"purpose": "lead_followup"} if asks else body)
        self._link.request(method, path, sent, self._headers)
        response = self._link.getresponse()
        return response, response.read()

    def ask(self, number):
        """Asks one of ASKS; once more where a worker that ends closed the idle link, as any client of HTTP does."""
        began = time.monotonic()
        try:
            response, body = self.send(*ASKS[number])
        except ENDED:
            self._link.close()
            response, body = self.send(*ASKS[number])
        told = {name: value for name, value in json.loads(body).items() if name != "request_id"}
        return Told(number, began, time.monotonic() - began, response.status, told, response.headers["Retry-After"])


class Crowd:
    """Clients that ask for as long as the block runs; `told` grows meanwhile."""

    def __init__(self, port, token):
        self._port, self._token = port, token
        with closing(Client(port, token)) as one:
            self._right = [one.ask(number) for number in range(len(ASKS))]
        self.told = []

    def right(self, told):
        """Whether an answer is the one that was given before anything went wrong."""
        return (told.status, told.body) == (self._right[told.ask].status, self._right[told.ask].body)

    @contextmanager
    def asking(self, clients=16):
        """Clients ask in the block; what one of them raises is raised at its end."""
        ended = threading.Event()

        def go(first):
            with closing(Client(self._port, self._token)) as client:
                number = first
                while not ended.is_set():
                    self.told.append(client.ask(number % len(ASKS)))
                    number += 1

        with ThreadPoolExecutor(clients) as pool:
            going = [pool.submit(go, n) for n in range(clients)]
            try:
                yield
            finally:
                ended.set()
            for one in going:
                one.result(60)

    def more(self, count, seconds=60):
        """Waits for so many further right answers."""
        start = len(self.told)
        until(lambda: sum(map(self.right, self.told[start:])) >= count, seconds)

    def settled(self, seconds=60):
        """Waits until each of the last two rounds of all questions was answered right: their queries are planned."""
        last = 32 * len(ASKS)
        until(lambda: all(map(self.right, self.told[-last:])), seconds)

    def survives(self, server):
        """Kills the database and starts it again; the second in which it could be reached again."""
        self.more(300)
        server.kill9()
        start = len(self.told)
        until(lambda: sum(told.away for told in self.told[start:]) >= 32)
        server.restart()
        reachable = time.monotonic()
        self.more(300)
        return reachable

    def faults(self):
        """Answers that were neither right nor a 503 that says when to ask again."""
        return [told for told in self.told if not (told.away or self.right(told))]


@contextmanager
def serving(lab, folder, **env):
    """`wkw serve` over a lab's graph: its process and its port; what it says goes into a file."""
    port = free_port()
    with (folder / "served").open("w") as out:
        running = program_of(lab).running("serve", WKW_PORT=str(port), **UNBOUND, **env, stdout=out, stderr=out)
        with running as process:
            until(lambda: answers(port) or process.poll() is not None)
            assert process.poll() is None, (folder / "served").read_text()
            try:
                yield process, port
            finally:
                process.terminate()
                process.wait(40)


def answers(port):
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
            link.request("GET", "/healthz")
            return link.getresponse().status == 200
    except OSError:
        return False


@dataclass(frozen=True)
class Held:
    """What the workers of a server hold: threads, files other than links to the database, and these by their state."""

    workers: int
    threads: int
    files: int
    links: Counter


def workers(process):
    """The process ids of the workers of a server."""
    return [*map(int, Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split())]


def held(process, bolt):
    """What all workers of a server hold just now; `bolt` is the port of its database."""
    sockets = {inode: state for inode, remote, state in links() if remote == bolt}
    threads, files, states = 0, 0, Counter()
    running = workers(process)
    for worker in running:
        threads += len(list(Path(f"/proc/{worker}/task").iterdir()))
        for name in Path(f"/proc/{worker}/fd").iterdir():
            target = name.readlink()
            state = sockets.get(target.name.removeprefix("socket:[").removesuffix("]"))
            files += state is None and not target.parent.name.startswith("wkw-metrics-")  # opened by the first request
            states.update([state] if state else [])
    return Held(len(running), threads, files, states)


def links():
    """Of every TCP connection of this machine its inode, the other end's port and its state."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            yield fields[9], int(fields[2].rpartition(":")[2], 16), STATES.get(fields[3], fields[3])


STATES = {"01": "open", "08": "left by the database"}
