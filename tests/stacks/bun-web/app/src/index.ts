import { Hono } from "hono";
import { greeting } from "./greeting";

const app = new Hono();
app.get("/healthz", (c) => c.text("ok"));
app.get("/", (c) => c.text(greeting(process.env.NAME ?? "world")));

const server = Bun.serve({ port: Number(process.env.PORT ?? 4000), fetch: app.fetch });
process.on("SIGTERM", () => {
  server.stop().then(() => process.exit(0));
});
console.log(`listening on ${server.port}`);
