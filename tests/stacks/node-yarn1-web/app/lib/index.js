const { writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const Koa = require("koa");

const app = new Koa();
app.use((ctx) => {
  if (ctx.path === "/healthz") ctx.body = { status: "ok" };
  else if (ctx.path === "/") ctx.body = `hello ${process.env.NAME || "world"}`;
});

writeFileSync(join(tmpdir(), "started"), new Date().toISOString());
const server = app.listen(process.env.PORT || 4000);
process.on("SIGTERM", () => server.close(() => process.exit(0)));
