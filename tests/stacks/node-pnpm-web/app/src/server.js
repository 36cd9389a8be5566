import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "@hono/node-server";
import { greeting, htmlEscape } from "escape-goat";
import { Hono } from "hono";

const app = new Hono();
app.get("/health", (c) => c.json({ status: "ok" }));
app.get("/", (c) => c.text(`${greeting} ${htmlEscape(process.env.NAME ?? "<world>")}`));

writeFileSync(join(tmpdir(), "started"), new Date().toISOString());
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8787) });
process.on("SIGTERM", () => server.close(() => process.exit(0)));
