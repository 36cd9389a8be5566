import { createServer } from "node:http";
import settings from "./config.local.js";

createServer((_, response) => response.end("ok\n")).listen(process.env.PORT ?? 3000);
