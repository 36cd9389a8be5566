import { expect, test } from "bun:test";
import { type Account, decide, isSame, type Movement } from "../src/ledger";

const account = (id: string, balance: number, suspended = false): Account => ({ id, owner: "o", balance, suspended });
const movement = (amount: number, source: string | null, target: string | null): Movement => ({
  key: "k",
  kind: "transfer",
  source,
  target,
  amount,
});

test("the whole balance can be moved, and not a cent more", () => {
  expect(decide(movement(100, "a", "b"), account("a", 100), account("b", 0)).status).toBe("completed");
  expect(decide(movement(101, "a", "b"), account("a", 100), account("b", 0))).toEqual({
    status: "cancelled",
    reason: "insufficient-funds",
  });
});

test("a suspended account neither gives nor takes", () => {
  const cancelled = { status: "cancelled", reason: "account-suspended" } as const;
  expect(decide(movement(1, "a", "b"), account("a", 9, true), account("b", 0))).toEqual(cancelled);
  expect(decide(movement(1, "a", "b"), account("a", 9), account("b", 0, true))).toEqual(cancelled);
});

test("a transfer to oneself is cancelled", () => {
  const own = account("a", 9);
  expect(decide(movement(1, "a", "a"), own, own)).toEqual({ status: "cancelled", reason: "same-account" });
});

test("a wish under the same key is the same only when it says the same", () => {
  expect(isSame(movement(1, "a", "b"), { ...movement(1, "a", "b"), key: "other" })).toBe(true);
  expect(isSame(movement(1, "a", "b"), movement(2, "a", "b"))).toBe(false);
  expect(isSame(movement(1, "a", "b"), movement(1, "b", "a"))).toBe(false);
});
