const http = require("http");
const { shout } = require("words");
const page = require("./page");

http.createServer((req, res) => {
  res.setHeader("Content-Type", "text/html");
  res.end(page(shout("yarn")));
}).listen(8080);
