from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from prices import euro

PAGE = Path(__file__).parent / "templates" / "shop.html"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = PAGE.read_text().replace("PRICE", euro(1999)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    HTTPServer(("", 5000), Handler).serve_forever()
