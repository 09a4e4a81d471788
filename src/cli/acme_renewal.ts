/** One look at the certificate from an authority, and the order of another one where it is due. */

import { X509Certificate } from "node:crypto";
import { dirname, resolve } from "node:path";
import { AccountKey } from "../acme/account_key.ts";
import { isRecord } from "../acme/acme_error.ts";
import { ChallengeAnswers } from "../acme/challenge_answers.ts";
import { orderCertificate } from "../acme/order.ts";
import type { Settings } from "../config/schema.ts";
import { checkIdentity } from "../net/tls_identity.ts";
import { placeWhole } from "../users/place_whole.ts";
import { explainBindError } from "./bind_error.ts";
import { acmeAccountFile, certificateFiles } from "./certificate.ts";

/** For a whole order. */
const ORDER_MS = 5 * 60_000;
/** The part of its time that a certificate has left when another one is ordered. */
const LEFT = 1 / 3;
const LETS_ENCRYPT = "https://acme-v02.api.letsencrypt.org/directory";

/** What is to be looked after. */
export interface Renewal {
  readonly settings: Settings;
  readonly configFile: string;
  /** Breaks off. */
  readonly signal: AbortSignal;
}

/** A certificate that came. */
export interface Renewed {
  /** Who vouches. */
  readonly issuer: string;
  /** Its last day, such as `2027-02-22`. */
  readonly until: string;
  /** Where the terms stand that one has agreed to, where the authority has any. */
  readonly terms: string | undefined;
}

/**
 * Orders a certificate and puts it in its place, where it is due; undefined where it is not.
 *
 * @throws {Error} saying why there is none.
 */
export async function renewCertificate(
  { settings, configFile, signal }: Renewal,
): Promise<Renewed | undefined> {
  const { tlsAcme: names, acmePort: port, hostname } = settings;
  const directory = settings.acmeDirectory === "letsencrypt" ? LETS_ENCRYPT : settings.acmeDirectory;
  // Certificate, chain and key are in one file.
  const { certificate: path } = certificateFiles(settings, configFile);
  if (!isDue(await textOf(path), names, Date.now())) return undefined;
  const key = await accountKey(acmeAccountFile(configFile), directory);
  const roots = settings.acmeRoots === "" ? [] : [await rootsIn(resolve(dirname(path), settings.acmeRoots))];
  await using answers = listening({ hostname, port });
  const time = AbortSignal.any([signal, AbortSignal.timeout(ORDER_MS)]);
  const ordered = await orderCertificate({ directory, key, roots, names, answers, signal: time });
  const { certificate } = checkIdentity(ordered);
  await placeWhole(path, `${certificate}\n${ordered.key}`);
  const { issuer, validTo } = new X509Certificate(certificate);
  const until = new Date(validTo).toISOString().slice(0, 10);
  return { issuer: nameIn(issuer), until, terms: ordered.terms };
}

/** Whether another certificate is needed than what a file has. */
export function isDue(pem: string | undefined, names: readonly string[], nowMs: number): boolean {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem ?? "");
  } catch {
    return true;
  }
  const { issuer, subject, validFrom, validTo } = certificate;
  if (issuer === subject || !names.every((name) => certificate.checkHost(name) !== undefined)) return true;
  const [fromMs, toMs] = [Date.parse(validFrom), Date.parse(validTo)];
  return toMs - nowMs < (toMs - fromMs) * LEFT;
}

function listening(address: { readonly hostname: string; readonly port: number }): ChallengeAnswers {
  try {
    return new ChallengeAnswers(address);
  } catch (cause) {
    const { hostname: host, port } = address;
    const reason = explainBindError(cause, { host, port }).replace("--port", "--acme-port");
    throw new Error(reason, { cause });
  }
}

/** The key of the account with this authority, which is made when there is none. */
async function accountKey(path: string, directory: string): Promise<AccountKey> {
  const text = await textOf(path);
  const kept: unknown = text === undefined ? undefined : parsed(text, path);
  if (isRecord(kept) && kept.directory === directory && isRecord(kept.key)) {
    return await AccountKey.from(kept.key).catch((cause) => {
      throw new Error(`Cannot use the key in ${path}: remove the file, and another one is made`, { cause });
    });
  }
  const key = await AccountKey.make();
  await placeWhole(path, `${JSON.stringify({ directory, key: key.jwk }, undefined, 2)}\n`);
  return key;
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`Cannot read ${path}: it is no JSON; remove it, and another one is made`, { cause });
  }
}

async function rootsIn(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot read ${path}, which acme-roots names`, { cause });
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The organisation of an issuer, or its common name. */
function nameIn(issuer: string): string {
  return /^O=(.+)$/m.exec(issuer)?.[1] ?? /^CN=(.+)$/m.exec(issuer)?.[1] ?? "an authority";
}
