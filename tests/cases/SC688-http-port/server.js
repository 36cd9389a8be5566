import { createServer } from "node:http";

if (!process.env.HTTP_PORT) throw new Error("HTTP_PORT is not set");
createServer((request, response) => response.end("ok")).listen(Number(process.env.PORT ?? 3000));
