from http.server import BaseHTTPRequestHandler, HTTPServer

import fastsum


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"sum {fastsum.total(1, 100)}\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8080), Handler).serve_forever()
