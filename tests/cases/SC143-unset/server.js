import { createServer } from "node:http";

const banner = process.env.BANNER;

createServer((_, response) => response.end(banner)).listen(process.env.PORT ?? 3000);
