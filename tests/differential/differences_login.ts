/** Differences between the servers: logging in and starting again. */

import { EVERYBODY, type Ruling } from "./ruling.ts";

/** The differences in the dialogues of the same name. */
export const LOGIN_DIFFERENCES: readonly Ruling[] = [
  {
    rule: "RFC 2577 §7: USER has one answer for every name",
    right: ["baseftp", "pyftpdlib"],
    why: "another answer tells which accounts there are",
    rows: {
      "logging in": {
        "USER nobody-of-this-name": ["331", "530", "331"],
        "PASS secret (2)": ["530", "503", "530"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: PASS out of order is 503",
    right: ["baseftp", "pyftpdlib"],
    why: "nobody asked for a password when the session is logged in",
    rows: {
      "logging in": { "PASS secret (5)": ["503", "230", "503"] },
    },
  },
  {
    rule: "RFC 959 §5.4: ACCT is 202 where no account is needed, 503 out of order, 502 where it is not known",
    right: ["baseftp", "vsftpd"],
    why: "202 is what a client goes on after; a server without the command says 502, since the RFC has it",
    rows: {
      "logging in": { "ACCT main": ["202", "502", "500"] },
      "commands before login": { "ACCT main": ["503", "530", "500"] },
      "what the server tells of itself": { "ACCT main": ["202", "502", "500"] },
    },
  },
  {
    rule: "RFC 959 §5.4: 421 is the reply of a server that closes",
    right: ["baseftp"],
    why: "behind 530 a client expects to try again",
    rows: {
      "too many wrong passwords": { "PASS wrong (3)": ["421", "530", "530"] },
    },
  },
  {
    rule:
      "RFC 959 §5.4: NOOP, SYST, HELP and REIN have no 530 among their replies, and 500 stands for a verb that nobody knows",
    right: ["baseftp"],
    why: "a client may ask what it talks to before it logs in",
    rows: {
      "commands before login": {
        "NOOP": ["200", "530", "200"],
        "SYST": ["215", "530", "215"],
        "HELP": ["214", "530", "214"],
        "REIN": ["220", "530", "530"],
        "NOSUCHVERB": ["500", "530", "500"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4, RFC 2389 §4: STAT, OPTS and SITE may ask for a login",
    right: EVERYBODY,
    why: "each server may say what it tells to strangers; names are settled best before the login sends one",
    rows: {
      "commands before login": {
        "OPTS UTF8 ON": ["200", "200", "530"],
        "STAT": ["211", "530", "211"],
        "SITE HELP": ["530", "530", "214"],
      },
    },
  },
  {
    rule: "RFC 959 §4.1.1: USER may come at any time and begins a new login",
    right: ["baseftp", "pyftpdlib"],
    why: "vsftpd keeps the one login of a session; what follows differs for that reason",
    rows: {
      "USER in the middle of a session": {
        "USER ftp": ["331", "530", "331"],
        "PWD": ["530", "257", "530"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: REIN is 220, and leaves a session without a login",
    right: ["baseftp"],
    why: "502 is lawful for a server without it; 230 is no reply to it",
    rows: {
      "REIN in the middle of a session": {
        "REIN": ["220", "502", "230"],
        "PWD": ["530", "257", "530"],
        "USER ftp": ["331", "530", "331"],
      },
    },
  },
  {
    rule: "No RFC: a client that speaks HTTP",
    right: ["baseftp"],
    why: "a browser that is made to send commands in the body of a request gets no further",
    rows: {
      "another protocol at the door": { "GET / HTTP/1.1 + FEAT": ["500 closed", "530 211", "500 211"] },
    },
  },
];
