/** @typedef {import("./counter.js").Count & {name: string}} Named */

/**
 * @param {Named[]} counts
 * @returns {string} one line a file, and below it one indented line for each of its most frequent words
 */
function text(counts) {
  const lines = counts.flatMap(({ name, lines, words, characters, top }) => [
    `${lines}\t${words}\t${characters}\t${name}`,
    ...top.map(({ word, count }) => `\t${count}\t${word}`),
  ]);
  return `${lines.join("\n")}\n`;
}

/**
 * @param {Named[]} counts
 * @returns {string} one JSON array
 */
function json(counts) {
  return `${JSON.stringify(counts, null, 2)}\n`;
}

/** The output formats by name. */
export const FORMATS = { text, json };
