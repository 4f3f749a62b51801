// Runs functions of the test inside VS Code: each request to a port of this
// machine holds the text of one and its arguments.
const http = require("node:http");
const vscode = require("vscode");

async function body(request) {
  let text = "";
  for await (const part of request) {
    text += part;
  }
  return JSON.parse(text);
}

exports.activate = (context) => {
  const server = http.createServer(async (request, response) => {
    try {
      const { source, args } = await body(request);
      const run = new Function("vscode", `return (${source})`)(vscode);
      response.end(JSON.stringify({ result: await run(...args) }));
    } catch (e) {
      response.end(JSON.stringify({ error: String(e?.stack ?? e) }));
    }
  });
  server.listen(Number(process.env.DLINT_DRIVER_PORT), "127.0.0.1");
  context.subscriptions.push({ dispose: () => server.close() });
};
