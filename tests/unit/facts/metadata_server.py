#!/usr/bin/env python3
"""EC2's metadata service, version 2, from a folder of files: metadata_server.py FOLDER PORT_FILE.

Listens on a free port of 127.0.0.1 and writes its number to PORT_FILE. Every GET needs the token that a PUT gave. A
folder lists its entries, one a line. FOLDER/down makes every answer a 503. Ends with its parent.
"""
import ctypes
import http.server
import os
import signal
import sys

TOKEN = "token-for-this-test"
PR_SET_PDEATHSIG = 1


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=""):
        if os.path.exists(os.path.join(folder, "down")):
            status, body = 503, "busy"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def do_PUT(self):
        ttl = self.headers.get("X-aws-ec2-metadata-token-ttl-seconds")
        right = self.path == "/latest/api/token" and ttl
        self.answer(200 if right else 400, TOKEN if right else "")

    def do_GET(self):
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            return self.answer(401)
        path = os.path.join(folder, self.path.lstrip("/"))
        if os.path.isdir(path):
            entries = sorted(os.listdir(path))
            return self.answer(200, "\n".join(e + "/" * os.path.isdir(os.path.join(path, e)) for e in entries))
        if not os.path.exists(path):
            return self.answer(404)
        with open(path, encoding="utf-8") as file:
            self.answer(200, file.read())

    def log_message(self, *_):
        pass


folder = sys.argv[1]
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[2] + ".new", "w", encoding="utf-8") as port_file:
    port_file.write(str(server.server_address[1]))
os.rename(sys.argv[2] + ".new", sys.argv[2])
server.serve_forever()
