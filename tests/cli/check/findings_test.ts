/** What a check makes of what it reads: certificate, firewall, address, homes, and the verdict on all. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { endFinding } from "../../../src/cli/check/certificate_end.ts";
import { findingLines, verdictOf } from "../../../src/cli/check/finding.ts";
import { checkFirewall, type FirewallSources } from "../../../src/cli/check/firewall.ts";
import { checkHomes } from "../../../src/cli/check/homes.ts";
import { checkPublicAddress } from "../../../src/cli/check/public_address.ts";
import { resolvePathname, ROOT } from "../../../src/protocol/pathname.ts";
import { permissionsOf } from "../../support/server.ts";

const PORTS = { control: 2121, passive: { first: 50000, last: 50099 } };

function firewall(files: Record<string, string>, ruleset?: string): FirewallSources {
  return { read: (path) => Promise.resolve(files[path]), nftRuleset: () => Promise.resolve(ruleset) };
}

const UFW_ON = { "/etc/ufw/ufw.conf": "# on\nENABLED=yes\nLOGLEVEL=low\n" };

Deno.test("A certificate that ends soon is advice, one that has ended is wrong", () => {
  const now = Date.parse("2026-06-01T12:00:00Z");
  const on = (day: string) => endFinding(new Date(`${day}T12:00:00Z`), now);
  deepStrictEqual(on("2027-06-01"), {
    subject: "Certificate",
    outcome: "fine",
    text: "good until 2027-06-01",
  });
  deepStrictEqual([on("2026-06-10").outcome, on("2026-06-10").text], [
    "advice",
    "it ends on 2026-06-10, in 9 days",
  ]);
  deepStrictEqual([on("2026-05-01").outcome, on("2026-05-01").text], ["broken", "it ended on 2026-05-01"]);
});

Deno.test("No firewall, or one that is off, is no finding", async () => {
  strictEqual(await checkFirewall(PORTS, firewall({})), undefined);
  strictEqual(await checkFirewall(PORTS, firewall({ "/etc/ufw/ufw.conf": "ENABLED=no\n" })), undefined);
  const accepting = {
    nftables: [{ chain: { name: "input", table: "filter", hook: "input", policy: "accept" } }],
  };
  strictEqual(await checkFirewall(PORTS, firewall({}, JSON.stringify(accepting))), undefined);
  strictEqual(await checkFirewall(PORTS, firewall({}, "no JSON")), undefined);
});

Deno.test("ufw is read where it may be: ports that are closed are named with the command to open them", async () => {
  const rules =
    "### tuple ### allow tcp 2121 0.0.0.0/0 any 0.0.0.0/0 in\n-A ufw-user-input -p tcp --dport 2121 -j ACCEPT\n";
  const half = await checkFirewall(PORTS, firewall({ ...UFW_ON, "/etc/ufw/user.rules": rules }));
  deepStrictEqual([half?.outcome, half?.remedy], ["broken", "run: sudo ufw allow 50000:50099/tcp"]);
  const range = "### tuple ### allow tcp 49000:51000 0.0.0.0/0 any 0.0.0.0/0 in\n";
  const whole = await checkFirewall(PORTS, firewall({ ...UFW_ON, "/etc/ufw/user.rules": rules + range }));
  deepStrictEqual([whole?.outcome, whole?.text], ["fine", "ufw lets the ports in"]);
  const hidden = await checkFirewall(PORTS, firewall(UFW_ON));
  deepStrictEqual([hidden?.outcome, hidden?.text], [
    "unknown",
    "ufw is on, and its rules cannot be read by this user",
  ]);
});

Deno.test("nftables is read where its input chain drops", async () => {
  const chain = { chain: { name: "input", table: "filter", hook: "input", policy: "drop" } };
  const accept = (right: unknown) => ({
    rule: {
      chain: "input",
      table: "filter",
      expr: [{ match: { op: "==", left: { payload: { protocol: "tcp", field: "dport" } }, right } }, {
        accept: null,
      }],
    },
  });
  const rules = (...right: unknown[]) =>
    firewall({}, JSON.stringify({ nftables: [chain, ...right.map(accept)] }));
  const closed = await checkFirewall(PORTS, rules(2121));
  deepStrictEqual(
    [closed?.outcome, closed?.remedy],
    ["broken", "run: sudo nft add rule inet filter input tcp dport 50000-50099 accept"],
  );
  strictEqual((await checkFirewall(PORTS, rules(2121, { range: [50000, 50099] })))?.outcome, "fine");
  strictEqual(
    (await checkFirewall(PORTS, rules({ set: [22, 2121, { range: [40000, 60000] }] })))?.outcome,
    "fine",
  );
});

Deno.test("The address outside is compared with the machine's own", async () => {
  const at = (masqueradeAddress: string, ...own: string[]) => checkPublicAddress({ masqueradeAddress }, own);
  strictEqual((await at("", "192.168.1.5")).outcome, "fine");
  strictEqual((await at("203.0.113.7", "192.168.1.5")).text, "clients outside are told 203.0.113.7");
  strictEqual((await at("192.168.1.5", "192.168.1.5")).outcome, "fine");
  const stale = await at("192.168.1.9", "192.168.1.5");
  deepStrictEqual([stale.outcome, stale.text], ["advice", "192.168.1.9 is private and not of this machine"]);
  strictEqual((await at("127.0.0.1", "192.168.1.5")).outcome, "broken");
  match((await at("localhost", "192.168.1.5")).text, /^localhost \(127\.0\.0\.1\) is this machine to itself/);
  strictEqual(
    (await at("no-such-host.invalid", "192.168.1.5")).text,
    "no-such-host.invalid has no IPv4 address",
  );
});

Deno.test({
  name: "A home that does not take what the letters give is wrong, and fine for who may only read",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // Nobody may make files there, not even root.
    const account = { name: "a", password: "x", home: "/sys/kernel" };
    const [writing, reading, silent, dropping] = await checkHomes([
      { ...account, permissions: permissionsOf("elrw") },
      { ...account, permissions: permissionsOf("elr") },
      { ...account, permissions: permissionsOf("elr"), isHomeSilent: true },
      { ...account, permissions: permissionsOf("e"), dropBoxes: [ROOT] },
    ]);
    deepStrictEqual([writing!.outcome, reading!.outcome, silent!.outcome], ["broken", "fine", "broken"]);
    strictEqual(dropping!.outcome, "broken");
    match(writing!.text, /^a may write, but \/sys\/kernel does not let it: /);
    match(
      writing!.remedy!,
      /^let the user that runs this \(.+\) write in \/sys\/kernel, or give a reading letters/,
    );
  },
});

Deno.test("Mounts are tried like homes, with their own letters", async () => {
  const folder = await Deno.makeTempDir();
  const mounts = [
    { at: resolvePathname(ROOT, "/read"), home: folder, letters: permissionsOf("elr").letters },
    { at: resolvePathname(ROOT, "/same"), home: folder },
    { at: resolvePathname(ROOT, "/stick"), home: `${folder}/none` },
    { at: resolvePathname(ROOT, "/nas"), home: "/nas", isHomeSilent: true as const },
  ];
  const user = { name: "a", password: "x", home: folder, permissions: permissionsOf("elrw"), mounts };
  const findings = await checkHomes([user]);
  await Deno.remove(folder, { recursive: true });
  deepStrictEqual(findings.map(({ subject, outcome, text }) => [subject, outcome, text]), [
    ["Home of a", "fine", `${folder}, to read and write`],
    ["/read of a", "fine", `${folder}, to read`],
    ["/same of a", "fine", `${folder}, to read and write`],
    ["/stick of a", "broken", `${folder}/none cannot be listed: no such file or directory`],
    ["/nas of a", "broken", "/nas does not answer"],
  ]);
  strictEqual(findings[3]!.remedy, `make ${folder}/none, or plug its disk in`);
});

Deno.test("Findings are broken at blanks where the terminal ends, below where they began", () => {
  const finding = {
    subject: "Login",
    outcome: "advice",
    text: "logged in, listed, uploaded and downloaded",
    remedy: "let the router send the ports",
  } as const;
  deepStrictEqual(findingLines([finding], { colors: false, columns: 40 }), [
    "advice  Login  logged in, listed,",
    "               uploaded and downloaded",
    "        -> let the router send the ports",
  ]);
});

Deno.test("The verdict names what is wrong before what could be better, and colours never change the text", () => {
  const fine = { subject: "A", outcome: "fine", text: "good" } as const;
  const advice = { subject: "B", outcome: "advice", text: "so so", remedy: "do b" } as const;
  const broken = { subject: "C", outcome: "broken", text: "bad", remedy: "do c" } as const;
  deepStrictEqual(verdictOf([fine]), { isReady: true, text: "Ready: everything works" });
  deepStrictEqual(verdictOf([fine, advice]), {
    isReady: true,
    text: "Ready. One thing could be better: do b",
  });
  deepStrictEqual(verdictOf([advice, broken, broken]), {
    isReady: false,
    text: "Not ready: 2 things are wrong. First: do c",
  });
  const plain = findingLines([fine, broken], { colors: false, columns: Infinity });
  deepStrictEqual(plain, ["ok      A  good", "WRONG   C  bad", "        -> do c"]);
  deepStrictEqual(
    findingLines([fine, broken], { colors: true, columns: Infinity }).map((line) =>
      stripVTControlCharacters(line)
    ),
    plain,
  );
  deepStrictEqual(findingLines([{ ...fine, text: "forged\nline" }], { colors: false, columns: Infinity }), [
    "ok      A  forged?line",
  ]);
});
