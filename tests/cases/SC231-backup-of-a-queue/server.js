import { createServer } from "node:http";

createServer((request, response) => response.end("ok")).listen(Number(process.env.PORT ?? 3000));
