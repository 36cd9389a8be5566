import { Elysia } from "elysia";
import { system } from "./system";

const app = new Elysia()
  .get("/", () => `${process.env.NAME ?? "me"}\n`)
  .use(system)
  .listen(process.env.PORT ?? 3200);

console.log(`listening on ${app.server?.hostname}:${app.server?.port}`);
