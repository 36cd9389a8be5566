/** A word: letters and digits, also with apostrophes or hyphens inside (don't, well-being). */
const WORD = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’-][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*/gu;

/** What a chunk must be cut at, so that no word is torn: its last white space. */
const LAST_SPACE = /\s(?=\S*$)/u;

/** @typedef {{lines: number, words: number, characters: number, top: {word: string, count: number}[]}} Count */

/** Counts a text that comes in pieces; memory grows with the number of different words, not with the text. */
export class Counter {
  #lines = 0;
  #words = 0;
  #characters = 0;
  #rest = "";
  /** @type {Map<string, number>} */
  #frequency = new Map();

  /** @param {string} chunk the next piece of the text */
  push(chunk) {
    for (const character of chunk) {
      this.#characters += 1;
      if (character === "\n") this.#lines += 1;
    }
    const text = this.#rest + chunk;
    const cut = text.search(LAST_SPACE) + 1;
    this.#rest = text.slice(cut);
    this.#countWords(text.slice(0, cut));
  }

  /**
   * @param {number} top how many of the most frequent words to tell; words of equal frequency in alphabetical order
   * @returns {Count}
   */
  finish(top) {
    this.#countWords(this.#rest);
    this.#rest = "";
    const ranked = [...this.#frequency].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      lines: this.#lines,
      words: this.#words,
      characters: this.#characters,
      top: ranked.slice(0, top).map(([word, count]) => ({ word, count })),
    };
  }

  /** @param {string} text whole words only */
  #countWords(text) {
    for (const [match] of text.matchAll(WORD)) {
      const word = match.toLowerCase();
      this.#words += 1;
      this.#frequency.set(word, (this.#frequency.get(word) ?? 0) + 1);
    }
  }
}
