/** The answer to a listing: text of a directory, counted and shown like listings of FTP. */

import type { ByteSource } from "../bytes/ends.ts";
import { outgoing } from "./outgoing.ts";
import type { WebCall } from "./web_call.ts";

/** Sends the text of a source. What holds for the account holds for nobody else, and not for long. */
export function sendListing(
  { request, session, services, path, signal }: WebCall,
  source: ByteSource,
  headers: Readonly<Record<string, string>>,
): Response {
  const transfer = session.transfer({ verb: request.method, direction: "listing", path, signal });
  const body = outgoing(source, {
    transfer,
    buffers: services.buffers,
    failed: (error) => session.reportFailure(error),
  });
  return new Response(body, { headers: { "Cache-Control": "no-store", "Vary": "Accept", ...headers } });
}
