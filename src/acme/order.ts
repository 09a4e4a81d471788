/**
 * Orders a certificate: account, order, proof that the names lead here, request, certificate. RFC 8555 §7.
 */

import { delay } from "../limits/delay.ts";
import type { AccountKey } from "./account_key.ts";
import { AcmeError, isRecord, problemIn } from "./acme_error.ts";
import { type AcmeAnswer, AcmeConnection, addressIn } from "./acme_connection.ts";
import type { ChallengeAnswers } from "./challenge_answers.ts";

/** Between two looks, unless the authority says how long to wait, milliseconds. */
const LOOK_MS = 2_000;
const MOST_LOOK_MS = 30_000;

/** What {@linkcode orderCertificate} needs. */
export interface Order {
  /** The address of the authority's directory. */
  readonly directory: string;
  readonly key: AccountKey;
  /** Certificates (PEM) to trust besides the usual ones, for an authority of one's own. */
  readonly roots?: readonly string[];
  /** What the certificate is to be good for. */
  readonly names: readonly string[];
  readonly answers: ChallengeAnswers;
  /** Breaks off. */
  readonly signal: AbortSignal;
}

/** A certificate that was ordered. */
export interface Ordered {
  /** PEM, the certificate first, then the chain. */
  readonly certificate: string;
  /** Its key, PEM. */
  readonly key: string;
  /** What was agreed to. */
  readonly terms: string | undefined;
}

/**
 * Orders one.
 *
 * @throws {AcmeError} saying why there is none.
 */
export async function orderCertificate(order: Order): Promise<Ordered> {
  using authority = new AcmeConnection(order);
  const { newAccount, newOrder, terms } = await authority.directory();
  // An account that there is already is the answer too. RFC 8555 §7.3.1.
  const account = await authority.post(newAccount, { termsOfServiceAgreed: true });
  authority.account = addressIn(account.location, "the account");
  const identifiers = order.names.map((value) => ({ type: "dns", value }));
  const made = await authority.post(newOrder, { identifiers });
  const place = addressIn(made.location, "the order");
  const wanted = Array.isArray(made.fields.authorizations) ? made.fields.authorizations : [];
  for (const address of wanted) await prove(authority, addressIn(address, "a name"), order);
  const finalize = addressIn(made.fields.finalize, "the request");
  // Not a plain import: `deno run` would load it at each start.
  const { href } = new URL("./certificate_request.ts", import.meta.url);
  const { makeCertificateRequest } = await import(href) as typeof import("./certificate_request.ts");
  const { request, key } = await makeCertificateRequest(order.names);
  await watched(authority, { address: place, until: ["ready", "valid"], what: "the order", ...order });
  await authority.post(finalize, { csr: request });
  const done = await watched(authority, { address: place, until: ["valid"], what: "the order", ...order });
  const { text } = await authority.post(addressIn(done.fields.certificate, "the certificate"));
  return { certificate: text, key, terms };
}

/** Shows that a name leads to this machine. */
async function prove(
  authority: AcmeConnection,
  address: string,
  { key, answers, signal }: Pick<Order, "key" | "answers" | "signal">,
): Promise<void> {
  const { fields } = await authority.post(address);
  if (fields.status === "valid") return;
  const name = isRecord(fields.identifier) ? String(fields.identifier.value) : "a name";
  const challenges = Array.isArray(fields.challenges) ? fields.challenges.filter(isRecord) : [];
  const challenge = challenges.find(({ type }) => type === "http-01");
  // A token is a part of an address. RFC 8555 §8.3.
  if (typeof challenge?.token !== "string" || !/^[\w-]{1,200}$/.test(challenge.token)) {
    throw new AcmeError(`The certificate authority cannot look at ${name} by HTTP`);
  }
  answers.set(challenge.token, await key.authorizationOf(challenge.token));
  await authority.post(addressIn(challenge.url, "the proof"), {});
  await watched(authority, { address, until: ["valid"], what: name, signal });
}

/** Looks at a thing until it has one of these states. */
async function watched(
  authority: AcmeConnection,
  { address, until, what, signal }: {
    readonly address: string;
    readonly until: readonly string[];
    readonly what: string;
    readonly signal: AbortSignal;
  },
): Promise<AcmeAnswer> {
  for (;;) {
    const answer = await authority.post(address);
    const { status } = answer.fields;
    if (until.includes(String(status))) return answer;
    if (status !== "pending" && status !== "processing" && status !== "ready") {
      throw failure(answer, what);
    }
    await delay(Math.min(answer.retryAfterMs ?? LOOK_MS, MOST_LOOK_MS), signal);
    signal.throwIfAborted();
  }
}

/** Why a thing is not valid: the reason stands at a challenge, or at the thing itself. */
function failure({ fields }: AcmeAnswer, what: string): AcmeError {
  const challenges = Array.isArray(fields.challenges) ? fields.challenges.filter(isRecord) : [];
  const { type, detail } = problemIn(
    challenges.find(({ error }) => error !== undefined)?.error ?? fields.error,
  );
  const words = detail === "" ? `it is ${String(fields.status)}` : detail;
  return new AcmeError(`The certificate authority refuses ${what}: ${words}`, { type });
}
