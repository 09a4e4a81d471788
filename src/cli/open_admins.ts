/** Administrators whose page is served over plain HTTP to whoever asks. */

import type { Settings } from "../config/schema.ts";
import type { User } from "../users/user.ts";

/** Their names; none where there is no page, a certificate, or plain HTTP for private addresses alone. */
export function openAdmins(
  { webPort, webPlainHttp }: Pick<Settings, "webPort" | "webPlainHttp">,
  { users, hasCertificate }: { readonly users: readonly User[]; readonly hasCertificate: boolean },
): string[] {
  const isOpen = webPort !== "none" && webPlainHttp === "anywhere" && !hasCertificate;
  return isOpen ? users.filter(({ admin }) => admin).map(({ name }) => name) : [];
}
