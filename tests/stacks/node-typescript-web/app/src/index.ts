import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { greeting } from "./greeting.js";

const app = express();
app.get("/readyz", (_request, response) => void response.json({ status: "ok" }));
app.get("/", (_request, response) => void response.send(greeting(process.env.NAME ?? "world")));

writeFileSync(join(tmpdir(), "started"), new Date().toISOString());
const server = app.listen(Number(process.env.PORT ?? 8080));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
