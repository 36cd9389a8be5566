import type { FastifyInstance, FastifyPluginOptions } from "fastify";
import system from "./system.js";

export default async function app(server: FastifyInstance, _: FastifyPluginOptions): Promise<void> {
  server.get("/", async () => ({ name: process.env.NAME ?? "me" }));
  await server.register(system, { prefix: "/system" });
}
