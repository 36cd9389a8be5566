import { expect, test } from "bun:test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../src/config";

const minimal = { DATABASE_URL: "postgres://bank@db:5432/bank", PAYMENTS_URL: "https://payments.example.com/status" };

test("the port defaults to 3000 and must be a port", () => {
  expect(readConfig(minimal).port).toBe(3000);
  expect(() => readConfig({ ...minimal, PORT: "http" })).toThrow("PORT");
});

test("what is missing is named", () => {
  expect(() => readConfig({ ...minimal, DATABASE_URL: "" })).toThrow("DATABASE_URL");
  expect(() => readConfig({ ...minimal, PAYMENTS_URL: undefined })).toThrow("PAYMENTS_URL");
  expect(() => readConfig({ ...minimal, LOG_LEVEL: "loud" })).toThrow("LOG_LEVEL");
});

test("secrets come from files, without the newline at the end", () => {
  const file = join(mkdtempSync(join(tmpdir(), "bank-")), "password");
  writeFileSync(file, "hunter2\n");
  expect(readConfig({ ...minimal, DATABASE_PASSWORD_FILE: file }).databasePassword).toBe("hunter2");
  expect(readConfig(minimal).adminToken).toBeUndefined();
});
