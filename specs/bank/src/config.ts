import { readFileSync } from "node:fs";

/** What the process is told by its environment. */
export interface Config {
  port: number;
  databaseUrl: string;
  databasePassword: string | undefined;
  paymentsUrl: URL;
  adminToken: string | undefined;
  logLevel: LogLevel;
}

const LEVELS = ["debug", "info", "error"] as const;
export type LogLevel = (typeof LEVELS)[number];

type Environment = Record<string, string | undefined>;

function required(env: Environment, name: string): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  return value;
}

/** The secret in the file that `NAME_FILE` names; secrets are never in the environment itself. */
function secret(env: Environment, name: string): string | undefined {
  const path = env[`${name}_FILE`];
  return path === undefined || path === "" ? undefined : readFileSync(path, "utf8").trimEnd();
}

/** Reads the configuration; throws an Error that names the variable when one is missing or makes no sense. */
export function readConfig(env: Environment): Config {
  const port = Number(env.PORT ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`PORT is not a port: ${env.PORT}`);
  const logLevel = LEVELS.find((level) => level === (env.LOG_LEVEL ?? "info"));
  if (logLevel === undefined) throw new Error(`LOG_LEVEL is none of ${LEVELS.join(", ")}: ${env.LOG_LEVEL}`);
  return {
    port,
    databaseUrl: required(env, "DATABASE_URL"),
    databasePassword: secret(env, "DATABASE_PASSWORD"),
    paymentsUrl: new URL(required(env, "PAYMENTS_URL")),
    adminToken: secret(env, "ADMIN_TOKEN"),
    logLevel,
  };
}
