export { CurrencyMismatch, InvalidAmount } from "./errors.js";
export { Money } from "./money.js";
