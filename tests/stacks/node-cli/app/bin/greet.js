#!/usr/bin/env node
import { greet } from "../lib/greet.js";

const name = process.argv[2];
if (!name) {
  console.error("usage: greet NAME");
  process.exit(2);
}
console.log(greet(name));
