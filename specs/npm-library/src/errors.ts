/** Two amounts of different currencies were put together. */
export class CurrencyMismatch extends Error {
  constructor(left: string, right: string) {
    super(`${left} and ${right} do not mix`);
    this.name = "CurrencyMismatch";
  }
}

/** A text or a number is no amount of money in its currency. */
export class InvalidAmount extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "InvalidAmount";
  }
}
