require("http").createServer((req, res) => res.end("plain\n")).listen(8080);
