import { serve } from "@hono/node-server";
import { Hono } from "hono";

enum Route {
  Home = "/",
  Health = "/health",
}

const app = new Hono();
app.get(Route.Health, (c) => c.json({ status: "ok" }));
app.get(Route.Home, (c) => c.text(`hello ${process.env.NAME ?? "world"}`));
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT || 5050) });
process.on("SIGTERM", () => server.close(() => process.exit(0)));
