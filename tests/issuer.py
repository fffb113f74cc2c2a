"""An identity provider of the tests' own: a real HTTP server with a discovery document and keys, and what it signs."""

import base64
import json
from collections import Counter
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry

AUDIENCE = "api://wkw"
NOW = 1_780_000_000  # seconds
MILLI = NOW * 1000
DISCOVERY, KEYS = "/.well-known/openid-configuration", "/keys"


@cache
def key(kid, kind="RSA"):
    """A private key of an id, always the same one."""
    parameters = {"kid": kid, "use": "sig"}
    return RSAKey.generate_key(2048, parameters) if kind == "RSA" else ECKey.generate_key("P-256", parameters)


def text(part):
    """A part of a token: bytes as they are, everything else as JSON."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def signed(header, claims, sign):
    """A token of any header and claims, sensible or not, with the signature that a function gives."""
    body = b".".join((text(header), text(claims)))
    return b".".join((body, text(sign(body)))).decode()


def by(private, algorithm):
    """What signs with a key."""
    return lambda body: JWSRegistry.algorithms[algorithm].sign(body, private)


class Issuer:
    """Serves `documents`, by path, with a status; counts in `asked`, and makes tokens as good as one wants."""

    def __init__(self):
        self.asked = Counter()
        self._start(0)
        self.documents = {
            DISCOVERY: (200, {"issuer": self.url, "jwks_uri": self.url + KEYS}),
            KEYS: (200, {"keys": [key("rsa").as_dict(private=False), key("ec", "EC").as_dict(private=False)]}),
        }

    def token(self, now, *, header=None, sign=None, **claims):
        """A token for Anna at an instant in seconds; `...` leaves a header or a claim out."""
        made = {"iss": self.url, "aud": AUDIENCE, "sub": "a1", "iat": now, "exp": now + 600}
        made |= {"email": "anna@nord.example", "email_verified": True, "roles": ["wkw-sellers"]} | claims
        head = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"} | (header or {})
        return signed(
            {name: value for name, value in head.items() if value is not ...},
            {name: value for name, value in made.items() if value is not ...},
            sign or by(key("rsa"), "RS256"),
        )

    @contextmanager
    def down(self):
        """Nobody listens any more, until the end."""
        port = self._server.server_port
        self.close()
        yield
        self._start(port)

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _start(self, port):
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked[self.path] += 1
                status, document = issuer.documents[self.path]
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", document)
                self.end_headers()
                self.wfile.write(document if isinstance(document, bytes) else json.dumps(document).encode())

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.do_GET()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
