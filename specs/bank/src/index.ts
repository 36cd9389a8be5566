import { readConfig } from "./config";
import { HttpPayments } from "./payments";
import { serve } from "./server";
import { Store } from "./store";

const config = readConfig(process.env);
const store = await Store.open(config.databaseUrl, config.databasePassword);
const payments = new HttpPayments(config.paymentsUrl);
const server = serve(config.port, { store, payments, adminToken: config.adminToken, logLevel: config.logLevel });
if (config.logLevel !== "error") console.log(`listening on ${server.url}`);

/** Takes no new requests, finishes those under way, and lets go of the database. */
async function shutDown(): Promise<void> {
  await server.stop();
  await store.close();
  process.exit(0);
}
process.once("SIGTERM", shutDown);
process.once("SIGINT", shutDown);
