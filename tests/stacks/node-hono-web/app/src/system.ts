import { Hono } from "hono";

export const system = new Hono();
system.get("/healthz", (context) => context.text("well\n"));
