import { createServer } from "node:http";

createServer((request, response) => {
  if (request.url === "/livez") {
    response.end("ok");
    return;
  }
  response.end(`hello ${process.env.NAME ?? "world"}`);
}).listen(8081);
