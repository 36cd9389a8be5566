/** The rules of moving money, without a database: what `store.ts` does is what `decide` says. Amounts are cents. */

export interface Account {
  id: string;
  owner: string;
  balance: number;
  suspended: boolean;
}

/** A wish to move money. Deposits come from outside (`source` null), withdrawals go there (`target` null). */
export interface Movement {
  key: string;
  kind: "deposit" | "withdrawal" | "transfer";
  source: string | null;
  target: string | null;
  amount: number;
}

export type Outcome = { status: "completed"; reason: null } | { status: "cancelled"; reason: Reason };
export type Reason = "insufficient-funds" | "account-suspended" | "same-account";

/** What was made of a movement. */
export type Settled = Movement & Outcome;

const cancelled = (reason: Reason): Outcome => ({ status: "cancelled", reason });

/** Completes a movement, or cancels it with the reason; there is no third way. */
export function decide(movement: Movement, source: Account | null, target: Account | null): Outcome {
  if (movement.source !== null && movement.source === movement.target) return cancelled("same-account");
  if (source?.suspended || target?.suspended) return cancelled("account-suspended");
  if (source !== null && source.balance < movement.amount) return cancelled("insufficient-funds");
  return { status: "completed", reason: null };
}

/** Whether two wishes under one key are the same wish. */
export function isSame(one: Movement, other: Movement): boolean {
  return (
    one.kind === other.kind &&
    one.source === other.source &&
    one.target === other.target &&
    one.amount === other.amount
  );
}
