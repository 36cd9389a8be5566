import { createReadStream, readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { Counter } from "./counter.js";
import { FORMATS } from "./render.js";

/** The exit codes: all counted; something could not be read; the arguments make no sense; interrupted. */
export const EXIT = { ok: 0, unreadable: 1, usage: 2, interrupted: 130 };

const STDIN = "-";
const { version, description } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** @param {string} value */
function wholeNumber(value) {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(value);
}

function program() {
  return new Command("wordcount")
    .description(description)
    .version(version, "-v, --version")
    .argument("<file...>", "the files to count; - is standard input")
    .addOption(new Option("-f, --format <format>", "output format").choices(Object.keys(FORMATS)).default("text"))
    .addOption(new Option("-t, --top <n>", "tell the n most frequent words").argParser(wholeNumber).default(0))
    .exitOverride();
}

/**
 * @param {string} name
 * @param {number} top
 */
async function count(name, top) {
  const stream = name === STDIN ? process.stdin : createReadStream(name);
  stream.setEncoding("utf8");
  const counter = new Counter();
  for await (const chunk of stream) counter.push(chunk);
  return { name, ...counter.finish(top) };
}

/**
 * Counts, then writes: when anything cannot be read, nothing is written to standard output.
 *
 * @param {string[]} argv the arguments, without the program's name
 * @returns {Promise<number>} the exit code
 */
export async function main(argv) {
  process.once("SIGINT", () => process.exit(EXIT.interrupted));
  const command = program();
  try {
    command.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  const { format, top } = command.opts();
  const counts = [];
  for (const name of command.args) {
    try {
      counts.push(await count(name, top));
    } catch (error) {
      process.stderr.write(`wordcount: ${name}: ${error instanceof Error ? error.message : error}\n`);
      return EXIT.unreadable;
    }
  }
  process.stdout.write(FORMATS[format](counts));
  return EXIT.ok;
}
