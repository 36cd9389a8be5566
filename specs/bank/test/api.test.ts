import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Server } from "bun";
import { readConfig } from "../src/config";
import { HttpPayments } from "../src/payments";
import { serve } from "../src/server";
import { Store } from "../src/store";

// The database is a real one: these tests run where DATABASE_URL names it.
const database = process.env.DATABASE_URL;

describe.if(database !== undefined)("the API", () => {
  let store: Store;
  let api: Server<undefined>;
  let processor: Server<undefined>;
  const run = crypto.randomUUID();

  beforeAll(async () => {
    processor = Bun.serve({
      port: 0,
      fetch(request) {
        const payment = new URL(request.url).searchParams.get("payment") ?? "";
        if (payment.startsWith("settled")) return Response.json({ status: "settled", amount: 1_000 });
        if (payment.startsWith("broken")) return new Response("?", { status: 500 });
        return Response.json({ status: "pending" });
      },
    });
    const config = readConfig({ ...process.env, PAYMENTS_URL: processor.url.href });
    store = await Store.open(config.databaseUrl, config.databasePassword);
    const payments = new HttpPayments(config.paymentsUrl);
    api = serve(0, { store, payments, adminToken: "admin's token", logLevel: "error" });
  });

  afterAll(async () => {
    await api.stop();
    await processor.stop();
    await store.close();
  });

  async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(new URL(path, api.url), init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const admin = { authorization: "Bearer admin's token" };
  const balance = async (id: string) => (await call("GET", `/accounts/${id}`)).body.balance;

  async function openAccount(payment?: string): Promise<string> {
    const id = String((await call("POST", "/accounts", { owner: "Ada" })).body.id);
    if (payment !== undefined) await call("POST", `/accounts/${id}/deposits`, { payment: `${payment} ${run}` });
    return id;
  }

  test("it says that it is healthy", async () => {
    expect(await call("GET", "/health")).toEqual({ status: 200, body: { status: "ok" } });
  });

  test("a payment is deposited once, however often it is sent and however many send it at once", async () => {
    const id = await openAccount();
    const send = () => call("POST", `/accounts/${id}/deposits`, { payment: `settled once ${run}` });
    const answers = await Promise.all([send(), send(), send()]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(await balance(id)).toBe(1_000);
  });

  test("a payment that is not settled deposits nothing", async () => {
    const id = await openAccount();
    expect((await call("POST", `/accounts/${id}/deposits`, { payment: "pending" })).status).toBe(409);
    expect((await call("POST", `/accounts/${id}/deposits`, { payment: "broken" })).status).toBe(503);
    expect(await balance(id)).toBe(0);
  });

  test("nobody withdraws more than is there, not even at the same time", async () => {
    const id = await openAccount("settled withdrawals");
    const withdraw = (key: string) =>
      call("POST", `/accounts/${id}/withdrawals`, { amount: 600 }, { "idempotency-key": `${key} ${run}` });
    const statuses = (await Promise.all([withdraw("w1"), withdraw("w2")])).map((answer) => answer.status);
    expect(statuses.sort()).toEqual([200, 409]);
    expect(await balance(id)).toBe(400);
  });

  test("a transfer completes or is cancelled, once", async () => {
    const [from, to] = [await openAccount("settled transfers"), await openAccount()];
    const key = { "idempotency-key": `t1 ${run}` };
    const send = (amount: number, headers: Record<string, string>) =>
      call("POST", "/transfers", { source: from, target: to, amount }, headers);
    expect((await send(250, key)).body.status).toBe("completed");
    expect((await send(250, key)).body.status).toBe("completed");
    expect((await send(251, key)).status).toBe(422);
    expect([await balance(from), await balance(to)]).toEqual([750, 250]);
    const tooMuch = await send(751, { "idempotency-key": `t2 ${run}` });
    expect([tooMuch.status, tooMuch.body.reason]).toEqual([409, "insufficient-funds"]);
  });

  test("transfers in both directions at once do not lock each other out", async () => {
    const [one, two] = [await openAccount("settled one"), await openAccount("settled two")];
    const send = (source: string, target: string, key: string) =>
      call("POST", "/transfers", { source, target, amount: 10 }, { "idempotency-key": `${key} ${run}` });
    const both = Array.from({ length: 10 }, (_, n) => [send(one, two, `f${n}`), send(two, one, `b${n}`)]).flat();
    expect(new Set((await Promise.all(both)).map((answer) => answer.status))).toEqual(new Set([200]));
    expect([await balance(one), await balance(two)]).toEqual([1_000, 1_000]);
  });

  test("an administrator suspends accounts and reads the audit log; nobody else does", async () => {
    const id = await openAccount("settled suspension");
    expect((await call("PUT", `/accounts/${id}/suspension`)).status).toBe(401);
    expect((await call("PUT", `/accounts/${id}/suspension`, undefined, admin)).body.suspended).toBe(true);
    const refused = await call("POST", `/accounts/${id}/withdrawals`, { amount: 1 }, { "idempotency-key": `s ${run}` });
    expect(refused.body.reason).toBe("account-suspended");
    expect((await call("GET", "/audit")).status).toBe(401);
    const log = (await call("GET", "/audit", undefined, admin)).body as unknown as { key: string }[];
    expect(log.map((entry) => entry.key)).toContain(`withdrawal:s ${run}`);
  });

  test("what makes no sense is the caller's mistake", async () => {
    const id = await openAccount();
    expect((await call("POST", "/accounts", { owner: " " })).status).toBe(400);
    expect((await call("GET", "/accounts/1")).status).toBe(400);
    expect((await call("GET", `/accounts/${crypto.randomUUID()}`)).status).toBe(404);
    expect((await call("POST", `/accounts/${id}/withdrawals`, { amount: 1 })).status).toBe(400);
    for (const amount of [0, -1, 0.5, "1", null, 2 ** 53]) {
      const answer = await call("POST", `/accounts/${id}/withdrawals`, { amount }, { "idempotency-key": "k" });
      expect(answer.status).toBe(400);
    }
    expect((await call("GET", "/nowhere")).status).toBe(404);
  });
});
