/** What the server says when it starts. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { resolve } from "node:path";
import { announcement, links } from "../../src/cli/announcement.ts";
import { explainBindError } from "../../src/cli/bind_error.ts";
import { openToOthersWarning, plainTextWarning } from "../../src/cli/warnings.ts";
import { defaultSettings } from "../../src/config/schema.ts";
import { resolvePathname, ROOT } from "../../src/protocol/pathname.ts";
import { Permissions } from "../../src/users/permissions.ts";
import type { User } from "../../src/users/user.ts";

const ADDRESSES = [
  "::1",
  "127.0.0.1",
  "fe80::1",
  "169.254.3.4",
  "fd00::2",
  "192.168.1.5",
  "10.0.0.1",
  "10.0.0.1",
];

function user(name: string, home: string, permissions: Permissions): User {
  return { name, password: "secret", home, permissions };
}

Deno.test("Links name each address once: IPv4 first, loopback last, no link-local ones", () => {
  deepStrictEqual(links("::", 2121, ADDRESSES), [
    "ftp://192.168.1.5:2121/",
    "ftp://10.0.0.1:2121/",
    "ftp://[fd00::2]:2121/",
    "ftp://127.0.0.1:2121/",
    "ftp://[::1]:2121/",
  ]);
});

Deno.test("Links leave out port 21, and what the server does not listen on", () => {
  deepStrictEqual(links("0.0.0.0", 21, ADDRESSES), [
    "ftp://192.168.1.5/",
    "ftp://10.0.0.1/",
    "ftp://127.0.0.1/",
  ]);
  deepStrictEqual(links("127.0.0.1", 21, ADDRESSES), ["ftp://127.0.0.1/"]);
  deepStrictEqual(links("::1", 2121, ADDRESSES), ["ftp://[::1]:2121/"]);
});

Deno.test("The announcement has links, accounts in columns, passive ports, TLS and the log file", () => {
  const incoming = resolvePathname(ROOT, "/incoming");
  const text = announcement({
    settings: { ...defaultSettings(), hostname: "127.0.0.1", logging: true },
    port: 2121,
    users: [
      user(
        "alice",
        "/srv/files/alice smith",
        new Permissions(["e", "l", "r"], [[incoming, ["e", "w"]]]),
      ),
      user("anonymous", "/srv/\x1b[2Jpublic", new Permissions([])),
    ],
    configFile: "baseftp.ini",
    addresses: [],
  });
  strictEqual(
    text,
    `\
Sharing files at
  ftp://127.0.0.1:2121/

Accounts in baseftp.ini
  alice      elr   /srv/files/alice smith
             ew    in /incoming
  anonymous  none  /srv/?[2Jpublic

Passive ports  50000-50099
TLS            off
Log file       ${resolve("baseftp.log")}
Ctrl+C stops the server.`,
  );
});

Deno.test("Warnings name what to do, in a form that a shell takes", () => {
  strictEqual(
    plainTextWarning("/srv/a/baseftp.ini", ["a", "b"]),
    'Plain-text passwords in /srv/a/baseftp.ini (a, b): "deno task serve passwd --all" hashes them',
  );
  strictEqual(
    openToOthersWarning("baseftp.ini"),
    "baseftp.ini is open to other users of this machine, and passwords are in it: chmod 600 baseftp.ini",
  );
  match(openToOthersWarning("/srv/it's mine.ini"), /: chmod 600 '\/srv\/it'\\''s mine\.ini'$/);
});

Deno.test("A port that cannot be had is explained", () => {
  const at = { host: "::", port: 2121 };
  strictEqual(
    explainBindError(new Deno.errors.AddrInUse("x"), at),
    "Cannot listen on port 2121: it is in use; stop the program that has it (another baseftp?) or choose another with --port",
  );
  strictEqual(
    explainBindError(new Deno.errors.PermissionDenied("x"), { host: "::", port: 21 }),
    "Cannot listen on port 21: permission denied for ports below 1024; choose a port above 1023, such as --port 2121, " +
      `or allow it with: sudo setcap cap_net_bind_service=+ep ${Deno.execPath()}`,
  );
  strictEqual(
    explainBindError(new Deno.errors.AddrNotAvailable("x"), { host: "192.0.2.1", port: 2121 }),
    "Cannot listen on 192.0.2.1: this machine has no such address; --host :: listens on all",
  );
  strictEqual(
    explainBindError(Object.assign(new Error("x"), { code: "EAFNOSUPPORT" }), at),
    "Cannot listen on ::: this machine has no IPv6; --host 0.0.0.0 listens on all IPv4 addresses",
  );
  strictEqual(explainBindError(new Error("no luck"), at), "Cannot listen on :: port 2121: no luck");
});

Deno.test("Mounts are shown with their letters below the home", () => {
  const at = (path: string) => resolvePathname(ROOT, path);
  const ann = user("ann", "/home/ann", new Permissions(["e", "l", "r", "w"]));
  const mounts = [{ at: at("/photos"), home: "/mnt/photos", letters: new Set(["e", "l"] as const) }, {
    at: at("/inbox"),
    home: "/mnt/inbox",
  }];
  const text = announcement({
    settings: { ...defaultSettings(), hostname: "127.0.0.1" },
    port: 2121,
    users: [{ ...ann, mounts }],
    configFile: "baseftp.ini",
    addresses: [],
  });
  match(
    text,
    /\n {2}ann {2}elrw {2}\/home\/ann\n {7}el {4}\/mnt\/photos at \/photos\n {7}elrw {2}\/mnt\/inbox at \/inbox\n/,
  );
});
