import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../bin/wordcount.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "wordcount-"));

function run(args, input = "") {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { input, encoding: "utf8" });
  return { status, stdout, stderr };
}

function file(name, text) {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test("a file is counted, with exit code 0 (A-CLI-001)", () => {
  const path = file("a.txt", "one two\nthree\n");
  assert.deepEqual(run([path]), { status: 0, stdout: `2\t3\t14\t${path}\n`, stderr: "" });
});

test("standard input is counted", () => {
  assert.deepEqual(run(["-"], "one two"), { status: 0, stdout: "0\t2\t7\t-\n", stderr: "" });
});

test("the output is of the format that was asked for (A-CLI-008)", () => {
  const { stdout } = run(["--format", "json", "--top", "1", "-"], "b a b");
  assert.deepEqual(JSON.parse(stdout), [
    { name: "-", lines: 0, words: 3, characters: 5, top: [{ word: "b", count: 2 }] },
  ]);
  assert.equal(run(["--top", "1", "-"], "b a b").stdout, "0\t3\t5\t-\n\t2\tb\n");
});

test("what cannot be read is an error, told on standard error, and nothing is output (A-CLI-002, 009, 012)", () => {
  const { status, stdout, stderr } = run([file("b.txt", "x"), join(directory, "missing.txt")]);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /missing\.txt: ENOENT/);
});

test("invalid arguments are an error (A-CLI-003, A-CLI-006)", () => {
  for (const args of [[], ["--nonsense", "-"], ["--format", "xml", "-"], ["--top", "-1", "-"], ["--top", "x", "-"]]) {
    const { status, stdout, stderr } = run(args);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^error: /);
  }
});

test("-h and --help show the usage (A-CLI-004)", () => {
  for (const flag of ["-h", "--help"]) {
    const { status, stdout } = run([flag]);
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: wordcount/);
  }
});

test("-v and --version show the version (A-CLI-005)", () => {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  for (const flag of ["-v", "--version"]) assert.deepEqual(run([flag]), { status: 0, stdout: `${version}\n`, stderr: "" });
});

test("Ctrl+C ends it at once, without output (A-CLI-010)", async () => {
  const child = spawn(process.execPath, [program, "-"]);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stdin.write("one two\n".repeat(10_000), () => setTimeout(() => child.kill("SIGINT"), 500));
  const [code, signal] = await once(child, "close");
  assert.deepEqual([code, signal, output], [130, null, ""]);
});
