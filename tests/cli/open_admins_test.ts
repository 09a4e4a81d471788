/** Whose passwords are named when the page goes over plain HTTP. */

import { deepStrictEqual, match } from "node:assert/strict";
import { openAdmins } from "../../src/cli/open_admins.ts";
import { openAdminsWarning } from "../../src/cli/warnings.ts";
import type { User } from "../../src/users/user.ts";
import { permissionsOf } from "../support/server.ts";

const user = (name: string, admin?: boolean): User => ({
  name,
  home: "/srv",
  password: "x",
  permissions: permissionsOf("elr"),
  ...admin !== undefined && { admin },
});
const users = [user("root", true), user("bob"), user("carol", true), user("dora", false)];

Deno.test("Administrators are named where anybody may have the page over plain HTTP, and nowhere else", () => {
  const anywhere = { webPort: 8080, webPlainHttp: "anywhere" } as const;
  deepStrictEqual(openAdmins(anywhere, { users, hasCertificate: false }), ["root", "carol"]);
  deepStrictEqual(openAdmins(anywhere, { users, hasCertificate: true }), []);
  deepStrictEqual(openAdmins({ ...anywhere, webPlainHttp: "private" }, { users, hasCertificate: false }), []);
  deepStrictEqual(openAdmins({ ...anywhere, webPort: "none" }, { users, hasCertificate: false }), []);
  match(openAdminsWarning(["root", "carol"]), /\(root, carol\) travel in clear.*tls = offered/);
});

Deno.test("An account of a group, and anonymous access, cannot be an administrator's", async () => {
  const { parseIniDocument } = await import("../../src/ini/ini_document.ts");
  const { readAccounts } = await import("../../src/users/accounts.ts");
  const folder = await Deno.makeTempDir();
  const { problems, users } = await readAccounts(
    parseIniDocument(
      `[user:root]\npassword = x\nhome = .\npermissions = elr\nadmin = yes\n` +
        `[user:bob]\npassword = x\nhome = .\npermissions = elr\nadmin = no\n` +
        `[user:eve]\npassword = x\nhome = .\npermissions = elr\nadmin = maybe\n` +
        `[group:staff]\nadmin = yes\n[anonymous]\nenabled = yes\nhome = .\nadmin = yes\n`,
    ),
    { folder, anonymous: { enabled: false, home: "" } },
  );
  deepStrictEqual(users.map(({ name, admin }) => [name, admin]), [["root", true], ["bob", undefined]]);
  deepStrictEqual(problems.map(({ line }) => line), [15, 17, 21]);
  await Deno.remove(folder);
});
