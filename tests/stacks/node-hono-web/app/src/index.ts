import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { system } from "./system.js";

const app = new Hono();
app.get("/", (context) => context.text(`${process.env.NAME ?? "me"}\n`));
app.route("/v1/system", system);
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3400) });
