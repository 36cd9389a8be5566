import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fastify from "fastify";

const app = fastify();
app.get("/health", () => ({ status: "ok" }));
app.get("/", () => `hello ${process.env.NAME ?? "world"}`);

writeFileSync(join(tmpdir(), "started"), new Date().toISOString());
await app.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? "127.0.0.1" });
process.on("SIGTERM", () => app.close().then(() => process.exit(0)));
