const path = require("node:path");
const express = require("express");
const { entries, sign } = require("./lib/guestbook");

const app = express();
app.use(express.json());
app.use(express.static(path.join(__dirname, "public")));

app.get("/entries", (req, res) => res.json(entries()));
app.post("/entries", (req, res) => res.status(201).json(sign(req.body.name)));

app.listen(process.env.PORT || 3000);
