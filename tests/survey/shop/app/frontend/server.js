import { createServer } from "node:http";

const backend = process.env.BACKEND_URL ?? "http://localhost:8000";

const server = createServer(async (request, response) => {
  if (request.url === "/healthz") {
    response.end("ok");
    return;
  }
  try {
    const answer = await fetch(`${backend}/api/visits`, { method: "POST" });
    const { visits } = await answer.json();
    response.end(`<h1>You are visitor ${visits}</h1>`);
  } catch {
    response.writeHead(502).end("the api does not answer");
  }
});
server.listen(Number(process.env.PORT ?? 3000));
process.on("SIGTERM", () => server.close());
