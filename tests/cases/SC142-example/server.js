import { createServer } from "node:http";

createServer((_, response) => response.end(process.env.GREETING)).listen(process.env.PORT ?? 3000);
