import { timingSafeEqual } from "node:crypto";
import type { BunRequest, Server } from "bun";
import type { LogLevel } from "./config";
import type { Settled } from "./ledger";
import { type Payments, PaymentsUnavailable } from "./payments";
import { account, BadRequest, cents, idempotencyKey, readFields, text } from "./requests";
import { KeyReused, type Store, UnknownAccount } from "./store";

const AUDIT_LIMIT = 100;

class Refused extends Error {}

/** What the routes work with. */
export interface Services {
  store: Store;
  payments: Payments;
  adminToken: string | undefined;
  logLevel: LogLevel;
}

function problem(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

/** One answer for every failure: the caller's mistakes are 4xx with the reason, everything else is logged. */
function failure(error: unknown): Response {
  if (error instanceof BadRequest) return problem(400, error.message);
  if (error instanceof Refused) return problem(401, "an administrator's token is required");
  if (error instanceof UnknownAccount) return problem(404, `no account ${error.message}`);
  if (error instanceof KeyReused) return problem(422, `the key ${error.message} was used for another movement`);
  if (error instanceof PaymentsUnavailable) return problem(503, error.message);
  console.error(error);
  return problem(500, "internal error");
}

/** A completed movement is 200; a cancelled one 409 with the reason. Repeating the request gives the same answer. */
function settled(movement: Settled): Response {
  return Response.json(movement, { status: movement.status === "completed" ? 200 : 409 });
}

function requireAdmin(request: Request, token: string | undefined): void {
  const given = Buffer.from(request.headers.get("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  if (token === undefined || given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Refused();
}

async function deposit(request: BunRequest<"/accounts/:id/deposits">, services: Services): Promise<Response> {
  const target = account("the account", request.params.id);
  const payment = text("payment", (await readFields(request)).payment);
  const amount = await services.payments.settled(payment);
  if (amount === null) return problem(409, "the payment is not settled");
  return settled(
    await services.store.move({ key: `payment:${payment}`, kind: "deposit", source: null, target, amount }),
  );
}

async function withdraw(request: BunRequest<"/accounts/:id/withdrawals">, services: Services): Promise<Response> {
  const key = `withdrawal:${idempotencyKey(request)}`;
  const source = account("the account", request.params.id);
  const amount = cents("amount", (await readFields(request)).amount);
  return settled(await services.store.move({ key, kind: "withdrawal", source, target: null, amount }));
}

async function transfer(request: Request, services: Services): Promise<Response> {
  const key = `transfer:${idempotencyKey(request)}`;
  const fields = await readFields(request);
  const source = account("source", fields.source);
  const target = account("target", fields.target);
  const amount = cents("amount", fields.amount);
  return settled(await services.store.move({ key, kind: "transfer", source, target, amount }));
}

/** Starts the server on *port* (0: any free one). */
export function serve(port: number, services: Services): Server<undefined> {
  const { store } = services;
  /** Log each request when asked to, and give failures their answer. */
  const guarded =
    <R extends Request>(handler: (request: R) => Promise<Response>) =>
    async (request: R): Promise<Response> => {
      const response = await handler(request).catch(failure);
      if (services.logLevel === "debug") console.log(request.method, new URL(request.url).pathname, response.status);
      return response;
    };
  return Bun.serve({
    port,
    routes: {
      "/health": guarded(async () => {
        try {
          await store.ping();
        } catch {
          return problem(503, "the database does not answer");
        }
        return Response.json({ status: "ok" });
      }),
      "/accounts": {
        POST: guarded(async (request) => {
          const owner = text("owner", (await readFields(request)).owner);
          return Response.json(await store.openAccount(owner), { status: 201 });
        }),
      },
      "/accounts/:id": {
        GET: guarded(async (request) => Response.json(await store.account(account("the account", request.params.id)))),
      },
      "/accounts/:id/deposits": { POST: guarded((request) => deposit(request, services)) },
      "/accounts/:id/withdrawals": { POST: guarded((request) => withdraw(request, services)) },
      "/accounts/:id/suspension": {
        PUT: guarded(async (request) => {
          requireAdmin(request, services.adminToken);
          return Response.json(await store.suspend(account("the account", request.params.id)));
        }),
      },
      "/transfers": { POST: guarded((request) => transfer(request, services)) },
      "/audit": {
        GET: guarded(async (request) => {
          requireAdmin(request, services.adminToken);
          return Response.json(await store.audit(AUDIT_LIMIT));
        }),
      },
    },
    fetch: () => problem(404, "no such page"),
  });
}
