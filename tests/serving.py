"""A web server on this machine, for what the desk asks of the world."""

import contextlib
import gzip
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"<p>The bridge was never inspected.</p>"


class Server(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    def do_GET(self):
        self.server.asked.append((self.path, dict(self.headers)))
        name, _, rest = self.path[1:].partition("?")
        if name == "to":
            self.send_response(302)
            self.send_header("Location", rest)
            self.end_headers()
            return
        if name == "at":
            self.send_response(200)
            self.send_header("Content-Location", rest)
            self.end_headers()
            return
        if name == "known" and self.headers.get("If-None-Match") == '"one"':
            self.send_response(304)
            self.end_headers()
            return
        if (page := self.server.pages.get(self.path)) is not None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode())
            return
        body = {"big": b"x" * 3_000_000, "bomb": gzip.compress(b"x" * 300_000_000, 1)}.get(name, PAGE)
        self.send_response(404 if name == "missing" else 200)
        self.send_header("Content-Type", "text/html; charset=Shift_JIS")
        if name in {"bomb", "zip", "zips"}:
            packed = {"zip": gzip.compress(PAGE), "zips": gzip.compress(PAGE) + gzip.compress(b"<p>More.</p>")}
            body = packed.get(name, body)
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with contextlib.suppress(OSError):  # the fetcher hung up, as it should
            self.wfile.write(body)

    def do_POST(self):
        """Takes what it is sent, and answers what the test says."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.slow)
        planned = self.server.answers.pop(0) if self.server.answers else 200
        self.send_response(self.server.always.get(self.path, planned))
        for name, value in {"Location": "/elsewhere", **self.server.also}.items():
            self.send_header(name, value)
        with contextlib.suppress(OSError):  # nobody waited for it
            self.end_headers()

    def log_message(self, *args):
        pass


def serving():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.asked, server.pages = [], {}
    server.got, server.answers, server.always, server.also = [], [], {}, {}
    server.slow = 0
    # Shutting down waits for a whole poll: at the standard half second, most of what these tests cost.
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    return server
