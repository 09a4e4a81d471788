/** `GET /~/api/me`: who is signed in, as the page wants to know it. */

import type { WebCall } from "./web_call.ts";

/** Answers it. */
export function me({ session, request }: WebCall): Response {
  const { user, credential, label } = session;
  const body = {
    name: user.name,
    isAnonymous: credential === "anonymous",
    isAdmin: session.isAdmin,
    language: request.headers.get("accept-language")?.split(",")[0]?.trim() || "en",
    protocol: label.protocol,
  };
  return Response.json(body, { headers: { "Cache-Control": "no-store" } });
}
