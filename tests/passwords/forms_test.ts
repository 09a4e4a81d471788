/** Forms of hashes: those of other programs are checked, refused or bounded, each by its name. */

import { match, notStrictEqual, ok, strictEqual } from "node:assert/strict";
import {
  formOf,
  hashOfNobody,
  hashPassword,
  isCheckable,
  isHashed,
  isRenewable,
  nameOfForm,
  parseHash,
  storedProblem,
} from "../../src/passwords/forms.ts";
import { hasArgon2id } from "../../src/passwords/argon2id.ts";
import { hashWithScrypt } from "../../src/passwords/scrypt.ts";
import { end } from "../../src/passwords/library_thread.ts";

const WIDE = "contraseña 密码";

/** Made by others: argon2 of Debian, htpasswd of Apache, libxcrypt through Python's crypt, passlib. */
const FOREIGN: readonly (readonly [maker: string, form: string, password: string, stored: string])[] = [
  [
    "argon2",
    "Argon2id",
    WIDE,
    "$argon2id$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$emA9Z11ZIFu7KyMryoDDqB3as9ILxI0sou02hjlTp7Y",
  ],
  [
    "argon2 with four lanes",
    "Argon2id",
    "secret",
    "$argon2id$v=19$m=8192,t=2,p=4$c29tZXNhbHRzb21lc2FsdA$WS3WpjgsIR978hdnamlGYjbRq54AC4P56uxXar7VQU0",
  ],
  ["htpasswd -B", "bcrypt", WIDE, "$2y$05$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04RxE."],
  ["libxcrypt", "bcrypt", WIDE, "$2b$05$abcdefghijklmnopqrstuuMV.vg2uNHChwG5xgwXyAq/ff9tcrB0G"],
  ["libxcrypt, old letter", "bcrypt", WIDE, "$2a$05$abcdefghijklmnopqrstuuMV.vg2uNHChwG5xgwXyAq/ff9tcrB0G"],
  ["libxcrypt", "SHA crypt", WIDE, "$5$saltsalt$kT3f2GfudyIZuOhz7WR6rLG6R4D3eZkd4FzbVSiN/O8"],
  [
    "libxcrypt with rounds",
    "SHA crypt",
    WIDE,
    "$6$rounds=1000$0123456789abcdef$Mv7HXrdqkIrG7CGnLNMbxZnwCJqJA5skfBnzh8Wcf2Gv8kk1o06ztYBGL0qo/mCBslWeOgRxhrxlpL2oAcl4I0",
  ],
  [
    "libxcrypt without salt",
    "SHA crypt",
    "secret",
    "$6$$2M9DchxW4txWyTYoZrH9D3VvAAQxBpEezYsLY6Cao.jwzEXpyL9xwip9hiUZX7GqTqe/E/z6iKvZqXUuqniQH.",
  ],
  [
    "passlib, SHA-256",
    "PBKDF2",
    WIDE,
    "$pbkdf2-sha256$1000$krIWovS.N4ZwTgnBOKfUGg$evS4sNfC/E12IYWE5m.a7kdBv84V.Fq/2EIAgVVkWqc",
  ],
  [
    "passlib, SHA-512",
    "PBKDF2",
    WIDE,
    "$pbkdf2-sha512$1000$hzDG.P9fC.G8FwJAiJFyjg$8zxv.sYw3FTQdXn7wbZ39mqw0lnUylgpYsGW3Kk9bOZBn8xSo5qBrO0QJeZ21WcHVV97LUFtm21f6omJ6NB49w",
  ],
  ["passlib, SHA-1", "PBKDF2", WIDE, "$pbkdf2$1000$L2VMKUXoPQdASKkVohSi1A$/pIXDNZUoXJpCFwYsfJru3AZlkw"],
  [
    "passlib, as Django writes it",
    "PBKDF2",
    "secret",
    "pbkdf2_sha256$1000$IEpKXbgzYwYx$4Wfq1lhEsCr9W+eXFzw2stjCsF+Zclb2TUP+4RDys1Y=",
  ],
  [
    "hashlib, with a salt of bytes as FileZilla Server has it",
    "PBKDF2",
    "secret",
    "$pbkdf2-b64salt-sha256$1000$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=$J5gVorGyI2oP+AuFElX8In7ZBS8+3pohkv+9YxB/V0U=",
  ],
  [
    "hashlib, with a salt of text as SFTPGo has it",
    "PBKDF2",
    "secret",
    "$pbkdf2-sha256$1000$E86a9YMX3zC7$XfjWMLcvbZceSv9fFPj+HtJxb+Br7J8rDSOwJWTAc8Y=",
  ],
];

for (const [maker, form, password, stored] of FOREIGN) {
  Deno.test(`${form} of ${maker} lets in with the password that it was made of and with no other`, async () => {
    if (!await isCheckable(stored)) return;
    strictEqual(storedProblem(stored), undefined);
    strictEqual(nameOfForm(stored), form);
    const hash = parseHash(stored)!;
    ok(await hash.matches(password));
    ok(!await hash.matches(`${password}x`));
    ok(!await hash.matches(""));
    ok(!await hash.matches(stored));
    ok(await isRenewable(stored));
    end();
  });
}

/** A hash by libxcrypt; undefined where this system cannot make one. */
function crypt(salt: string, password: string): string | undefined {
  const program = "import crypt,sys; print(crypt.crypt(sys.argv[1], sys.argv[2]))";
  try {
    const { success, stdout } = new Deno.Command("/usr/bin/python3", {
      args: ["-W", "ignore", "-c", program, password, salt],
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

Deno.test({
  name: "SHA crypt agrees with libxcrypt on passwords of every length around a block of the digest",
  ignore: crypt("$5$salt", "secret")?.startsWith("$5$") !== true,
  async fn() {
    for (const length of [1, 15, 16, 31, 32, 33, 63, 64, 65, 96, 127, 128, 255, 511]) {
      const password = "0123456789abcdef".repeat(32).slice(0, length);
      for (const salt of ["$5$rounds=1000$saltsalt", "$6$rounds=1000$0123456789abcdef", "$5$rounds=1001$a"]) {
        ok(await parseHash(crypt(salt, password)!)!.matches(password), `${salt} ${length}`);
      }
    }
    end();
  },
});

Deno.test("A password that is longer than any system takes is wrong for SHA crypt, and costs as a short one", async () => {
  const stored = "$5$saltsalt$kT3f2GfudyIZuOhz7WR6rLG6R4D3eZkd4FzbVSiN/O8";
  ok(!await parseHash(stored)!.matches("x".repeat(100_000)));
  end();
});

Deno.test("hashPassword makes Argon2id with 19 MiB and two passes, or scrypt where the runtime has none", async () => {
  const stored = await hashPassword("secret");
  if (await hasArgon2id()) match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  else match(stored, /^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  ok(isHashed(stored));
  strictEqual(storedProblem(stored), undefined);
  ok(await parseHash(stored)!.matches("secret"));
  ok(!await parseHash(stored)!.matches("Secret"));
  ok(!await isRenewable(stored));
});

Deno.test("hashPassword salts: the same password is stored differently each time", async () => {
  notStrictEqual(await hashPassword("secret"), await hashPassword("secret"));
});

Deno.test("scrypt stays valid, and is renewed where there is a better form", async () => {
  const stored = await hashWithScrypt("secret");
  match(stored, /^scrypt\$32768\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  ok(await parseHash(stored)!.matches("secret"));
  strictEqual(await isRenewable(stored), await hasArgon2id());
});

Deno.test("A hash of nobody costs what ours do, and no password has it", async () => {
  const hash = await hashOfNobody();
  strictEqual(hash.cost, parseHash(await hashPassword("secret"))!.cost);
  ok(!await hash.matches("secret"));
});

Deno.test("Argon2id that costs more than ours is left as it is, a cheaper one is renewed", async () => {
  const tail = "$c29tZXNhbHRzb21lc2FsdA$emA9Z11ZIFu7KyMryoDDqB3as9ILxI0sou02hjlTp7Y";
  const renewed: Record<string, boolean> = {};
  for (const cost of ["m=65536,t=4,p=1", "m=65536,t=1,p=2", "m=19456,t=1,p=1", "m=4096,t=3,p=1"]) {
    renewed[cost] = await isRenewable(`$argon2id$v=19$${cost}${tail}`);
  }
  strictEqual(
    JSON.stringify(Object.values(renewed)),
    JSON.stringify([false, false, true, true]),
  );
});

Deno.test("Hashes that are cut, of unknown shape, or would exhaust the machine are no passwords", () => {
  const salt = "c29tZXNhbHRzb21lc2FsdA";
  const key = "emA9Z11ZIFu7KyMryoDDqB3as9ILxI0sou02hjlTp7Y";
  const unusable = [
    `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=131072,t=9,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=19456,t=2,p=0$${salt}$${key}`,
    `$argon2id$v=19$m=8,t=2,p=2$${salt}$${key}`,
    `$argon2id$v=19$m=19456,t=2,p=255$${salt}$${key}`,
    `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}`,
    `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${key.slice(0, 10)}`,
    "$2y$15$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04RxE.",
    "$2y$03$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04RxE.",
    "$2y$05$mR30rrMRQNYCL3RDihMUC.6.yCQC53LjhJKt/0mzZ6tiNFY04Rx",
    "$5$rounds=999999999$saltsalt$kT3f2GfudyIZuOhz7WR6rLG6R4D3eZkd4FzbVSiN/O8",
    "$6$saltsalt$kT3f2GfudyIZuOhz7WR6rLG6R4D3eZkd4FzbVSiN/O8",
    "$pbkdf2-sha256$9000000$krIWovS.N4ZwTgnBOKfUGg$evS4sNfC/E12IYWE5m.a7kdBv84V.Fq/2EIAgVVkWqc",
    "$pbkdf2-sha256$0$krIWovS.N4ZwTgnBOKfUGg$evS4sNfC/E12IYWE5m.a7kdBv84V.Fq/2EIAgVVkWqc",
    "$pbkdf2-md5$1000$krIWovS.N4ZwTgnBOKfUGg$evS4sNfC/E12IYWE5m.a7kdBv84V.Fq/2EIAgVVkWqc",
    "scrypt$",
    "scrypt$1073741824$8$1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",
    "scrypt$1000$8$1$MDEyMzQ1Njc4OWFiY2RlZg$MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY",
  ];
  for (const stored of unusable) {
    match(storedProblem(stored) ?? "", /^it begins like .* but is not one that is checked here/, stored);
    ok(isHashed(stored), stored);
    strictEqual(parseHash(stored), undefined, stored);
  }
});

Deno.test("Hashes that are not checked are refused by name, and the marks of locked accounts are no passwords", () => {
  const refused: readonly (readonly [stored: string, name: RegExp])[] = [
    ["$1$4/BEfsP2$k2D.Eanda6wO.NpAXp32A.", /MD5 crypt/],
    ["$apr1$zOGBhNQv$q5w7/9PG2mmhA06RH5kOz.", /Apache/],
    ["$y$j9T$0uiKEsU3WIsPq.i6W8ve30$cnNSLXmJ4c2EbyJYJx8721bNZwDMITRq4qVhwuPc884", /yescrypt/],
    [
      "$argon2i$v=19$m=4096,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$GR6qAyHe5RRCMRGQCEF+7gWpAWyrb5rsLebwPRlY/go",
      /Argon2i/,
    ],
    ["{SSHA}Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYg==", /LDAP/],
    ["{CRYPT}$6$saltsalt$x", /LDAP/],
    ["$2x$05$abcdefghijklmnopqrstuuMV.vg2uNHChwG5xgwXyAq/ff9tcrB0G", /bcrypt/],
    ["!", /locked/],
    ["!!", /locked/],
    ["*", /locked/],
    ["!$6$saltsalt$kT3f2GfudyIZuOhz7WR6r", /locked/],
  ];
  for (const [stored, name] of refused) {
    match(storedProblem(stored) ?? "", name, stored);
    ok(isHashed(stored), stored);
    strictEqual(nameOfForm(stored), "unusable");
  }
});

Deno.test("Plain text that looks a little like a hash is plain text", async () => {
  for (const password of ["$ecret", "$5", "scrypt", "$argon2id", "{x}", "!x", "x", "pbkdf2", "a$6$b", "**"]) {
    strictEqual(storedProblem(password), undefined, password);
    strictEqual(formOf(password), undefined, password);
    strictEqual(nameOfForm(password), "plain text", password);
    ok(await isRenewable(password), password);
  }
});
