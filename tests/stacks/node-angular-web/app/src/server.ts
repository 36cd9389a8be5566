import { join } from "node:path";
import { AngularNodeAppEngine, createNodeRequestHandler, isMainModule, writeResponseToNodeResponse } from "@angular/ssr/node";
import express from "express";

const app = express();
const engine = new AngularNodeAppEngine();

app.get("/healthz", (_request, response) => {
  response.send("well\n");
});
app.use(express.static(join(import.meta.dirname, "../browser"), { maxAge: "1y", index: false, redirect: false }));
app.use((request, response, next) => {
  engine
    .handle(request)
    .then((page) => (page ? writeResponseToNodeResponse(page, response) : next()))
    .catch(next);
});

if (isMainModule(import.meta.url)) {
  const port = process.env["PORT"] || 4000;
  app.listen(port, () => console.log(`listening on ${port}`));
}

export const reqHandler = createNodeRequestHandler(app);
