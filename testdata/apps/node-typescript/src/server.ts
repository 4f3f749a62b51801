import { createServer } from "node:http";
import { describe } from "./wait";

createServer((_req, res) => {
  res.setHeader("Content-Type", "application/json");
  res.end(JSON.stringify({ wait: describe("2 days"), env: process.env.NODE_ENV }));
}).listen(3000, () => console.log("listening on 3000"));
