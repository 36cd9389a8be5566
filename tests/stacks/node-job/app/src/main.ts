import { writeFileSync } from "node:fs";

const output = process.env.OUTPUT ?? "/tmp/rows.json";
writeFileSync(output, JSON.stringify({ rows: 3, arguments: process.argv.slice(2) }));
console.log(`wrote ${output} with ${process.version}`);
