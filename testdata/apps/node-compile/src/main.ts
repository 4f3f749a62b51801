const http = require("http");
const hello = require("hello-lib");
http.createServer((_, res) => res.end(hello())).listen(8080);
