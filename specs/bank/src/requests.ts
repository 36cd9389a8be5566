/** The request is not one that this service understands; the message says what is wrong with it. */
export class BadRequest extends Error {}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_TEXT = 200;

type Fields = Record<string, unknown>;

export async function readFields(request: Request): Promise<Fields> {
  let body: unknown;
  try {
    body = await request.json();
  } catch {
    throw new BadRequest("the body is not JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new BadRequest("the body is no object");
  return { ...body };
}

export function text(name: string, value: unknown): string {
  if (typeof value !== "string" || value.trim() === "" || value.length > MAX_TEXT || value.includes("\0")) {
    throw new BadRequest(`${name} must be a text of 1 to ${MAX_TEXT} characters`);
  }
  return value;
}

export function account(name: string, value: unknown): string {
  if (typeof value !== "string" || !UUID.test(value)) throw new BadRequest(`${name} must be the id of an account`);
  return value;
}

export function cents(name: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw new BadRequest(`${name} must be a positive whole number of cents`);
  }
  return value;
}

/** The key under which the caller may repeat a request without repeating what it does. */
export function idempotencyKey(request: Request): string {
  return text("the header Idempotency-Key", request.headers.get("idempotency-key"));
}
