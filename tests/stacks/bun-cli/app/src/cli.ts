#!/usr/bin/env bun
import pc from "picocolors";

const words = process.argv.slice(2);
if (words.length === 0) {
  console.error("usage: shout WORD...");
  process.exit(2);
}
console.log(pc.createColors(false).bold(words.join(" ").toUpperCase()));
