import type { FastifyInstance } from "fastify";

export default async function system(server: FastifyInstance): Promise<void> {
  server.get("/healthz", async () => "well\n");
}
