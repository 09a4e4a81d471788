/** Dialogues about logging in, starting again and leaving. */

import type { Dialogue } from "./dialogue.ts";

/** The dialogues. */
export const LOGIN_DIALOGUES: readonly Dialogue[] = [
  {
    name: "logging in",
    isLogin: true,
    steps: [
      "PASS secret",
      "USER",
      "USER nobody-of-this-name",
      "PASS secret",
      "USER ftp",
      "PASS wrong",
      "PASS secret",
      "USER ftp",
      "PASS secret",
      "PASS secret",
      "ACCT main",
    ],
  },
  {
    name: "a login in lower case",
    isLogin: true,
    steps: ["user ftp", "pass secret", "pwd", "QuiT"],
  },
  {
    name: "too many wrong passwords",
    isLogin: true,
    steps: [
      "USER ftp",
      "PASS wrong",
      "USER ftp",
      "PASS wrong",
      "USER ftp",
      "PASS wrong",
      "NOOP",
    ],
  },
  {
    name: "commands before login",
    isLogin: true,
    steps: [
      "NOOP",
      "SYST",
      "FEAT",
      "HELP",
      "OPTS UTF8 ON",
      "STAT",
      "REIN",
      "ACCT main",
      "PWD",
      "CWD /",
      "TYPE I",
      "PASV",
      "EPSV",
      "PORT 127,0,0,1,{open}",
      "LIST",
      "RETR hello.txt",
      "ABOR",
      "SITE HELP",
      "PBSZ 0",
      "AUTH TLS",
      "NOSUCHVERB",
      "QUIT",
    ],
  },
  {
    name: "USER in the middle of a session",
    steps: ["CWD folder", "USER ftp", "PWD", "PASS secret", "PWD"],
  },
  {
    name: "REIN in the middle of a session",
    steps: ["REIN", "PWD", "USER ftp", "PASS secret", "PWD"],
  },
  {
    name: "another protocol at the door",
    isLogin: true,
    steps: [{ lines: ["GET / HTTP/1.1", "FEAT"], until: 211 }],
  },
  { name: "QUIT", steps: [{ lines: ["QUIT", "NOOP"], until: 221 }, "NOOP"] },
  { name: "QUIT with an argument", steps: ["QUIT now"] },
];
