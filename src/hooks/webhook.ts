/**
 * Calls a receiver in the form of Standard Webhooks: one POST, signed, with a limit of time.
 * https://www.standardwebhooks.com
 */

import type { Happening } from "./happening.ts";
import type { ReceiverTarget } from "./hook.ts";
import { firstBytes } from "./first_bytes.ts";
import { JointSignal } from "./joint_signal.ts";

/** What came back. */
export type Response =
  /** `text` is the beginning of the body. */
  | {
    readonly kind: "answered";
    readonly status: number;
    readonly text: string;
    /** What the receiver asks to wait for before the next try, milliseconds. */
    readonly retryAfterMs?: number;
  }
  | { readonly kind: "timed-out" }
  /** Whoever waited for it waits no more. */
  | { readonly kind: "stopped" }
  | { readonly kind: "unreachable"; readonly why: string };

const MOST_BODY_BYTES = 1024;

/** Posts a happening. Redirects are an answer and not followed. Never throws. */
export async function postWebhook(
  { url, secrets }: ReceiverTarget,
  happening: Happening,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Response> {
  const { id, event, atMs, facts } = happening;
  const body = JSON.stringify({ type: event, timestamp: new Date(atMs).toISOString(), data: facts });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const timing = new AbortController();
  const timer = setTimeout(() => timing.abort(), timeoutMs);
  using stopping = new JointSignal(timing.signal, signal);
  try {
    const signatures = await Promise.all(secrets.map((secret) => sign(secret, `${id}.${timestamp}.${body}`)));
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "baseftp",
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        ...signatures.length > 0 && { "webhook-signature": signatures.join(" ") },
      },
      body,
      redirect: "manual",
      signal: stopping.signal,
    });
    const text = response.body
      ? await firstBytes(response.body, { most: MOST_BODY_BYTES, readsOn: false, signal: stopping.signal })
      : "";
    const retryAfterMs = retryAfter(response.headers.get("retry-after"));
    return { kind: "answered", status: response.status, text, ...retryAfterMs && { retryAfterMs } };
  } catch (error) {
    if (signal.aborted) return { kind: "stopped" };
    if (timing.signal.aborted) return { kind: "timed-out" };
    return { kind: "unreachable", why: reasonOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function sign(secret: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)));
  return `v1,${btoa(String.fromCharCode(...digest))}`;
}

/** The end of the runtime's message: its beginning names the address, which may have a secret in it. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause ?? error : undefined;
  const message = cause instanceof Error ? cause.message : "";
  const start = message.lastIndexOf("): ");
  return start === -1 ? "no connection" : message.slice(start + 3);
}

/** Seconds or a date. RFC 9110 §10.2.3. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return waitMs > 0 ? waitMs : undefined;
}
