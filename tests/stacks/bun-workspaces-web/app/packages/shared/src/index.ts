import { htmlEscape } from "escape-goat";

export function greeting(name: string): string {
  return `hello ${htmlEscape(name)}`;
}
