import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const page = readFileSync(new URL("./templates/page.html", import.meta.url), "utf8");

createServer((_, response) => response.end(page)).listen(process.env.PORT ?? 3000);
