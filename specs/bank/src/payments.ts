/** The payment processor could not be asked, or did not answer as agreed. */
export class PaymentsUnavailable extends Error {}

/** Tells the amount of a settled payment, in cents; null when the payment is not settled or not known. */
export interface Payments {
  settled(payment: string): Promise<number | null>;
}

const TIMEOUT_MS = 5_000;

/** The processor's status page: `GET <url>?payment=<id>` answers `{"status": "settled", "amount": 1250}`. */
export class HttpPayments implements Payments {
  constructor(private readonly url: URL) {}

  async settled(payment: string): Promise<number | null> {
    const url = new URL(this.url);
    url.searchParams.set("payment", payment);
    let body: unknown;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`status ${response.status}`);
      body = await response.json();
    } catch (error) {
      throw new PaymentsUnavailable("the payment processor did not answer", { cause: error });
    }
    if (typeof body !== "object" || body === null || !("status" in body)) {
      throw new PaymentsUnavailable("the payment processor's answer has no status");
    }
    if (body.status !== "settled") return null;
    if (!("amount" in body) || !Number.isSafeInteger(body.amount)) {
      throw new PaymentsUnavailable("the payment processor's answer has no amount");
    }
    return body.amount as number;
  }
}
