import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { greeting } from "@acme/shared";
import ms from "ms";

const server = createServer((request, response) => {
  response.end(request.url === "/health" ? "ok" : greeting(process.env.NAME ?? "world"));
});
server.keepAliveTimeout = ms("5s");
writeFileSync(join(tmpdir(), "started"), new Date().toISOString());
server.listen(Number(process.env.PORT ?? 3001));
process.on("SIGTERM", () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
