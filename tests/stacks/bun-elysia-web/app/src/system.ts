import { Elysia } from "elysia";

export const system = new Elysia({ prefix: "/system" }).get("/healthz", () => "well\n");
