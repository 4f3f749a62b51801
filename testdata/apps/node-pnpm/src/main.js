import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import ms from "ms";

const quotes = JSON.parse(readFileSync("data/quotes.json", "utf8"));

createServer((req, res) => res.end(`${quotes[0]} ${ms("1h")}\n`)).listen(8080);
