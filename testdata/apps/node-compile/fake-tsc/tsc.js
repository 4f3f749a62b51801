#!/usr/bin/env node
// Stands for the compiler, so that the test needs no registry.
const fs = require("fs");
fs.mkdirSync("dist", { recursive: true });
fs.copyFileSync("src/main.ts", "dist/main.js");
