import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const settings = JSON.parse(readFileSync("config/production.json", "utf8"));

createServer((_, response) => response.end("ok\n")).listen(process.env.PORT ?? 3000);
