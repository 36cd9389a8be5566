/** The words, louder. */
export function shout(words: readonly string[]): string {
  return words.map((word) => word.toUpperCase()).join(" ");
}
