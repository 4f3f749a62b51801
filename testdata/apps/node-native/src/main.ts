declare const require: (name: string) => any;
const http = require("http");
const adder = require("adder");

http.createServer((_: unknown, res: any) => res.end(`40 + 2 = ${adder.add(40, 2)}\n`)).listen(8080);
