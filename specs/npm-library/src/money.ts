import { CurrencyMismatch, InvalidAmount } from "./errors.js";

/** Digits after the decimal point, where they are not two (ISO 4217). */
const DIGITS: Readonly<Record<string, number>> = { BHD: 3, JPY: 0, KRW: 0, KWD: 3 };

function digitsOf(currency: string): number {
  return DIGITS[currency] ?? 2;
}

/** An amount of money: a whole number of the currency's smallest unit. It never changes. */
export class Money {
  readonly units: bigint;
  readonly currency: string;

  private constructor(units: bigint, currency: string) {
    if (!/^[A-Z]{3}$/.test(currency)) {
      throw new InvalidAmount(`${JSON.stringify(currency)} is no currency code of ISO 4217`);
    }
    this.units = units;
    this.currency = currency;
    Object.freeze(this);
  }

  /** From the smallest unit: `Money.of(1234n, "EUR")` is 12.34 EUR. */
  static of(units: bigint, currency: string): Money {
    return new Money(units, currency);
  }

  /** From a decimal text such as `"12.34"`; digits that the currency does not have are refused, not rounded. */
  static parse(text: string, currency: string): Money {
    const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
    const digits = digitsOf(currency);
    const fraction = match?.[3] ?? "";
    if (match === null || fraction.length > digits) {
      throw new InvalidAmount(`${JSON.stringify(text)} is no amount in ${currency}`);
    }
    const units = BigInt(`${match[2] ?? ""}${fraction.padEnd(digits, "0")}`);
    return new Money(match[1] === "-" ? -units : units, currency);
  }

  plus(other: Money): Money {
    return new Money(this.units + this.#same(other).units, this.currency);
  }

  minus(other: Money): Money {
    return new Money(this.units - this.#same(other).units, this.currency);
  }

  /** Below zero when this is less than the other, above when it is more. */
  compare(other: Money): -1 | 0 | 1 {
    const { units } = this.#same(other);
    return this.units < units ? -1 : this.units > units ? 1 : 0;
  }

  /**
   * Split by weights, such as `[1, 1, 1]`: the parts add up to exactly the whole, and parts of equal weight differ by one
   * unit at most. What does not divide goes to the first parts with a weight, one unit each.
   */
  allocate(weights: readonly number[]): Money[] {
    if (weights.length === 0 || weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) {
      throw new InvalidAmount("weights are whole numbers, none below zero");
    }
    const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
    if (total === 0n) {
      throw new InvalidAmount("some weight is above zero");
    }
    const shares = weights.map((weight) => (this.units * BigInt(weight)) / total);
    let rest = this.units - shares.reduce((sum, share) => sum + share, 0n);
    const step = rest < 0n ? -1n : 1n;
    return shares.map((share, index) => {
      if (rest === 0n || weights[index] === 0) {
        return new Money(share, this.currency);
      }
      rest -= step;
      return new Money(share + step, this.currency);
    });
  }

  /** The decimal text that `parse` reads. */
  toString(): string {
    const digits = digitsOf(this.currency);
    const sign = this.units < 0n ? "-" : "";
    const text = (this.units < 0n ? -this.units : this.units).toString().padStart(digits + 1, "0");
    const whole = text.slice(0, text.length - digits);
    return digits === 0 ? `${sign}${whole}` : `${sign}${whole}.${text.slice(text.length - digits)}`;
  }

  #same(other: Money): Money {
    if (other.currency !== this.currency) {
      throw new CurrencyMismatch(this.currency, other.currency);
    }
    return other;
  }
}
