import postgres, { type Sql, type TransactionSql } from "postgres";
import { type Account, decide, isSame, type Movement, type Settled } from "./ledger";

export class UnknownAccount extends Error {}
export class KeyReused extends Error {}

/** PostgreSQL's bigint as a number: the tables' checks keep amounts within what a number holds exactly. */
const bigint = { to: 20, from: [20], serialize: String, parse: Number };

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS accounts (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    owner     text NOT NULL,
    balance   bigint NOT NULL DEFAULT 0 CHECK (balance BETWEEN 0 AND ${Number.MAX_SAFE_INTEGER}),
    suspended boolean NOT NULL DEFAULT false
  );
  CREATE TABLE IF NOT EXISTS movements (
    key    text PRIMARY KEY,
    kind   text NOT NULL CHECK (kind IN ('deposit', 'withdrawal', 'transfer')),
    source uuid REFERENCES accounts,
    target uuid REFERENCES accounts,
    amount bigint NOT NULL CHECK (amount BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}),
    status text CHECK (status IN ('completed', 'cancelled')),
    reason text,
    at     timestamptz NOT NULL DEFAULT now()
  );
`;

/** Any number that all instances agree on: one at a time creates the tables. */
const SCHEMA_LOCK = 4_711;

export type AuditEntry = Settled & { at: Date };

/** The accounts and every movement between them. */
export class Store {
  private constructor(private readonly sql: Sql<{ bigint: number }>) {}

  /** Connects and creates what is not there yet. */
  static async open(url: string, password: string | undefined): Promise<Store> {
    const sql = postgres(url, {
      ...(password === undefined ? {} : { password }),
      connect_timeout: 5,
      onnotice: () => {},
      types: { bigint },
    });
    try {
      await sql.begin(async (tx) => {
        await tx`SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`;
        await tx.unsafe(SCHEMA);
      });
    } catch (error) {
      await sql.end({ timeout: 1 });
      throw error;
    }
    return new Store(sql);
  }

  async ping(): Promise<void> {
    await this.sql`SELECT 1`;
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 5 });
  }

  async openAccount(owner: string): Promise<Account> {
    const [account] = await this.sql<Account[]>`INSERT INTO accounts (owner) VALUES (${owner}) RETURNING *`;
    if (account === undefined) throw new Error("INSERT returned no row");
    return account;
  }

  async account(id: string): Promise<Account> {
    const [account] = await this.sql<Account[]>`SELECT * FROM accounts WHERE id = ${id}`;
    if (account === undefined) throw new UnknownAccount(id);
    return account;
  }

  async suspend(id: string): Promise<Account> {
    const [account] = await this.sql<Account[]>`UPDATE accounts SET suspended = true WHERE id = ${id} RETURNING *`;
    if (account === undefined) throw new UnknownAccount(id);
    return account;
  }

  async audit(limit: number): Promise<AuditEntry[]> {
    return await this.sql<AuditEntry[]>`SELECT * FROM movements ORDER BY at DESC, key LIMIT ${limit}`;
  }

  /**
   * Moves money once, however often it is called with the same key: the first call settles the movement, later calls
   * are given what became of it. One transaction, so that a crash leaves nothing half done.
   */
  async move(movement: Movement): Promise<Settled> {
    return await this.sql.begin(async (tx) => {
      const accounts = await lock(tx, movement);
      const earlier = await claim(tx, movement);
      if (earlier !== undefined) {
        if (!isSame(earlier, movement)) throw new KeyReused(movement.key);
        return earlier;
      }
      const outcome = decide(movement, accounts.source, accounts.target);
      if (outcome.status === "completed") {
        await tx`UPDATE accounts SET balance = balance - ${movement.amount} WHERE id = ${movement.source}`;
        await tx`UPDATE accounts SET balance = balance + ${movement.amount} WHERE id = ${movement.target}`;
      }
      await tx`UPDATE movements SET status = ${outcome.status}, reason = ${outcome.reason} WHERE key = ${movement.key}`;
      return { ...movement, ...outcome };
    });
  }
}

type Transaction = TransactionSql<{ bigint: number }>;

/** Locks the accounts of a movement, always in the same order, so that two movements cannot wait for each other. */
async function lock(tx: Transaction, movement: Movement): Promise<{ source: Account | null; target: Account | null }> {
  const ids = [movement.source, movement.target].filter((id) => id !== null);
  const rows = await tx<Account[]>`SELECT * FROM accounts WHERE id IN ${tx(ids)} ORDER BY id FOR UPDATE`;
  const find = (id: string | null) => {
    if (id === null) return null;
    const account = rows.find((row) => row.id === id);
    if (account === undefined) throw new UnknownAccount(id);
    return account;
  };
  return { source: find(movement.source), target: find(movement.target) };
}

/** Takes the movement's key; gives the settled movement when somebody had it before (waiting for them to finish). */
async function claim(tx: Transaction, movement: Movement): Promise<Settled | undefined> {
  const { key, kind, source, target, amount } = movement;
  const claimed = await tx`
    INSERT INTO movements (key, kind, source, target, amount)
    VALUES (${key}, ${kind}, ${source}, ${target}, ${amount})
    ON CONFLICT (key) DO NOTHING`;
  if (claimed.count === 1) return undefined;
  const [earlier] = await tx<Settled[]>`
    SELECT key, kind, source, target, amount, status, reason FROM movements WHERE key = ${key}`;
  return earlier;
}
