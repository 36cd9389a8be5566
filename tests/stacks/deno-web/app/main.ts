import { Hono } from "hono";
import { count } from "./visits.ts";

const app = new Hono();

app.get("/", async (context) => context.text(`hello ${Deno.env.get("NAME") ?? "you"}, visit ${await count()}`));
app.get("/healthz", (context) => context.text("ok"));

const server = Deno.serve({ port: Number(Deno.env.get("PORT") ?? 8300) }, app.fetch);

Deno.addSignalListener("SIGTERM", () => void server.shutdown());
