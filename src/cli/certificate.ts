/** The certificate of the server: the person's own, or one that is made for want of it. */

import { dirname, join, resolve } from "node:path";
import type { Settings } from "../config/schema.ts";
import { type CertificateFiles, IdentityStore } from "../net/identity_store.ts";
import { fileErrorReason } from "../users/file_error.ts";
import { placeWhole } from "../users/place_whole.ts";

/** What the certificate depends on. */
export interface CertificateOptions extends Pick<CertificateFiles, "warn"> {
  readonly settings: Settings;
  /** The accounts file; certificates are looked for and made beside it. */
  readonly configFile: string;
  /** Names and addresses of this machine, for a certificate that is made. */
  readonly hosts: readonly string[];
}

const CERTIFICATE_FILE = "baseftp-certificate.pem";
const KEY_FILE = "baseftp-key.pem";
/** Certificate, chain and key in one file, which a new one can replace in one step. */
const ACME_FILE = "baseftp-acme.pem";

/**
 * Opens the certificate, making it first where TLS is asked for and there is none.
 *
 * @returns undefined when TLS stays off.
 * @throws {Error} saying what is wrong with which file, or with the runtime.
 */
export async function openCertificate(options: CertificateOptions): Promise<IdentityStore | undefined> {
  const { settings, configFile, hosts, warn } = options;
  const files = certificateFiles(settings, configFile);
  const state = await stateOf(settings, files);
  if (state === "off") return undefined;
  await checkRuntime();
  if (state === "missing") await make(files, hosts);
  const { tlsCertificate, tlsAcme, acmeDirectory } = settings;
  const isFromPublicAuthority = tlsCertificate === "" && tlsAcme.length > 0 &&
    acmeDirectory === "letsencrypt";
  return await IdentityStore.open({ ...files, isFromPublicAuthority, warn });
}

/**
 * Makes sure that the runtime can do TLS, where the settings ask for it.
 *
 * @throws {Error} saying which version can.
 */
export async function checkTls(
  { settings, configFile }: Omit<CertificateOptions, "hosts" | "warn">,
): Promise<void> {
  if (await stateOf(settings, certificateFiles(settings, configFile)) !== "off") await checkRuntime();
}

/** Whether TLS is on, and then whether there is a certificate or one has to be made. */
export type CertificateState = "off" | "missing" | "there";

/** How it stands before a start. */
export function tlsState(settings: Settings, configFile: string): Promise<CertificateState> {
  return stateOf(settings, certificateFiles(settings, configFile));
}

async function stateOf(
  { tlsPolicy, tlsCertificate, tlsAcme, implicitTlsPort }: Settings,
  { certificate }: { certificate: string },
): Promise<CertificateState> {
  if (tlsPolicy === "off") return "off";
  if (tlsCertificate !== "" || await exists(certificate)) return "there";
  const isWanted = tlsPolicy !== "auto" || implicitTlsPort !== "none" || tlsAcme.length > 0;
  return isWanted ? "missing" : "off";
}

/** Where certificate and key lie, or would be made: as the settings say, or beside the accounts file. */
export function certificateFiles(
  { tlsCertificate, tlsKey, tlsAcme }: Settings,
  configFile: string,
): { certificate: string; key: string } {
  const folder = dirname(resolve(configFile));
  if (tlsCertificate === "" && tlsAcme.length > 0) {
    const path = join(folder, ACME_FILE);
    return { certificate: path, key: path };
  }
  if (tlsCertificate === "") {
    return { certificate: join(folder, CERTIFICATE_FILE), key: join(folder, KEY_FILE) };
  }
  const certificate = resolve(folder, tlsCertificate);
  return { certificate, key: tlsKey === "" ? certificate : resolve(folder, tlsKey) };
}

/** Where the key of the account with the certificate authority lies. */
export function acmeAccountFile(configFile: string): string {
  return join(dirname(resolve(configFile)), "baseftp-acme-account.json");
}

/** The first client that asks for TLS must not be the one to find out. */
async function checkRuntime(): Promise<void> {
  // Loaded where there is a certificate: it takes some MiB of the thread.
  const { checkRuntimeTls } = await import("../net/tls_engine.ts");
  checkRuntimeTls();
}

/** The key first: a certificate without its key would be taken for a finished pair. */
async function make(
  { certificate, key }: { certificate: string; key: string },
  hosts: readonly string[],
): Promise<void> {
  // Not a plain import: `deno run` would load it at every start, for the first one alone.
  const { href } = new URL("../net/self_signed.ts", import.meta.url);
  const { makeSelfSigned } = await import(href) as typeof import("../net/self_signed.ts");
  const pair = await makeSelfSigned(hosts);
  try {
    if (certificate === key) return await placeWhole(key, pair.certificate + "\n" + pair.key);
    await Deno.writeTextFile(key, pair.key, { mode: 0o600 });
    // An old key file keeps its mode when it is written over.
    if (Deno.build.os !== "windows") await Deno.chmod(key, 0o600);
    await Deno.writeTextFile(certificate, pair.certificate, { mode: 0o600 });
  } catch (cause) {
    throw new Error(`Cannot write ${certificate} and ${key}: ${fileErrorReason(cause)}`, { cause });
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
