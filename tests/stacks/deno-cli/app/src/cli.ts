import { shout } from "./shout.ts";

if (Deno.args.length === 0) {
  console.error("usage: shout WORD...");
  Deno.exit(2);
}
console.log(shout(Deno.args));
