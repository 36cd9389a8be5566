import assert from "node:assert/strict";
import { test } from "node:test";

import { CurrencyMismatch, InvalidAmount, Money } from "../dist/index.js";

const euros = (text) => Money.parse(text, "EUR");

test("A-LIB-001: sums are exact", () => {
  assert.equal(euros("0.10").plus(euros("0.20")).toString(), "0.30");
  assert.equal(euros("0.10").minus(euros("0.30")).toString(), "-0.20");
  assert.equal(euros("90071992547409.93").plus(euros("0.01")).toString(), "90071992547409.94");
});

test("A-LIB-002: currencies do not mix", () => {
  const yen = Money.parse("100", "JPY");
  for (const mix of [() => yen.plus(euros("1")), () => yen.minus(euros("1")), () => yen.compare(euros("1"))]) {
    assert.throws(mix, CurrencyMismatch);
  }
});

test("A-LIB-003: the parts add up to the whole, and equal weights get equal parts but for one unit", () => {
  for (const text of ["0.01", "100.00", "-10.01", "0.00"]) {
    for (const weights of [[1, 1, 1], [0, 2, 5], [7], [3, 0, 3, 3]]) {
      const parts = euros(text).allocate(weights);
      assert.equal(parts.reduce((sum, part) => sum.plus(part), euros("0")).toString(), text);
      parts.forEach((part, index) => weights[index] === 0 && assert.equal(part.units, 0n));
      const equal = parts.filter((_, index) => weights[index] === weights.at(-1)).map((part) => Number(part.units));
      assert.ok(Math.max(...equal) - Math.min(...equal) <= 1);
    }
  }
  assert.deepEqual(euros("100").allocate([1, 1, 1]).map(String), ["33.34", "33.33", "33.33"]);
});

test("A-LIB-004: nothing is rounded in silence", () => {
  for (const [text, currency] of [["1.005", "EUR"], ["1.5", "JPY"], ["1e3", "EUR"], ["", "EUR"], ["1", "eur"]]) {
    assert.throws(() => Money.parse(text, currency), InvalidAmount);
  }
  for (const weights of [[], [0, 0], [-1, 2], [0.5]]) {
    assert.throws(() => euros("1").allocate(weights), InvalidAmount);
  }
});

test("A-LIB-005: an amount never changes", () => {
  const amount = euros("1.00");
  amount.plus(euros("1.00"));
  assert.throws(() => {
    amount.units = 5n;
  }, TypeError);
  assert.equal(amount.toString(), "1.00");
});

test("A-LIB-006: what is written can be read", () => {
  for (const [text, currency] of [["-0.05", "EUR"], ["0.00", "EUR"], ["12", "JPY"], ["-1.234", "KWD"], ["1000000.00", "USD"]]) {
    assert.equal(Money.parse(text, currency).toString(), text);
  }
});
