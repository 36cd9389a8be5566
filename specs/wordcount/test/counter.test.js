import assert from "node:assert/strict";
import { test } from "node:test";
import { Counter } from "../src/counter.js";

function count(chunks, top = 0) {
  const counter = new Counter();
  for (const chunk of chunks) counter.push(chunk);
  return counter.finish(top);
}

test("nothing is nothing", () => {
  assert.deepEqual(count([]), { lines: 0, words: 0, characters: 0, top: [] });
});

test("lines, words, characters", () => {
  assert.deepEqual(count(["one two\nthree\n"]), { lines: 2, words: 3, characters: 14, top: [] });
});

test("how a text is cut into pieces makes no difference", () => {
  const text = "Don't  panic: naïve well-being — 42 🙂 words\nno newline at the end";
  const whole = count([text], 99);
  for (const size of [1, 2, 3, 7]) {
    const pieces = [...text].reduce((all, character, at) => {
      if (at % size === 0) all.push("");
      all[all.length - 1] += character;
      return all;
    }, []);
    assert.deepEqual(count(pieces, 99), whole);
  }
  assert.equal(whole.words, 11);
});

test("the most frequent words come first, equals in alphabetical order, whatever their case", () => {
  assert.deepEqual(count(["b a B c a C d"], 3).top, [
    { word: "a", count: 2 },
    { word: "b", count: 2 },
    { word: "c", count: 2 },
  ]);
});
