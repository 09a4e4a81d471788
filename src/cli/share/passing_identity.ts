/** A certificate for one run, which no file ever has. */

import { makeSelfSigned } from "../../net/self_signed.ts";
import { checkRuntimeTls } from "../../net/tls_engine.ts";
import { type CheckedIdentity, checkIdentity } from "../../net/tls_identity.ts";
import type { IdentitySource } from "../../workers/desk.ts";
import { ownAddresses } from "../announcement.ts";
import { ShareError } from "./share_error.ts";

/** An identity that stays the same. */
export interface PassingIdentity extends IdentitySource {
  readonly current: CheckedIdentity;
}

/**
 * Makes it, good for all names and addresses of this machine.
 *
 * @throws {ShareError} when the runtime cannot do TLS.
 */
export async function passingIdentity(): Promise<PassingIdentity> {
  try {
    checkRuntimeTls();
  } catch (error) {
    throw new ShareError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const hosts = new Set(["localhost", Deno.hostname(), ...ownAddresses()]);
  const current = checkIdentity(await makeSelfSigned([...hosts]));
  return { current, latest: () => Promise.resolve(current) };
}
