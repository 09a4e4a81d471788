/** Differences between the servers: the control connection, and what the server tells of itself. */

import { EVERYBODY, type Ruling } from "./ruling.ts";

/** The differences in the dialogues of the same name. */
export const SESSION_DIFFERENCES: readonly Ruling[] = [
  {
    rule: "RFC 959 §4.2.2: 502 for a command that is known and not there, 500 for one that is not known",
    right: ["baseftp"],
    why: "these are commands of RFCs; 530 and 550 promise what no login brings",
    rows: {
      "commands before login": {
        "PBSZ 0": ["502", "530", "500"],
        "AUTH TLS": ["502", "530", "500"],
      },
      "unknown verbs and junk": {
        "SMNT /": ["502", "502", "500"],
        "LPSV": ["502", "500", "500"],
        "ADAT x": ["502", "500", "500"],
        "MIC x": ["502", "500", "500"],
        "CCC": ["502", "500", "500"],
        "PBSZ 0": ["502", "550", "500"],
        "PROT P": ["502", "550", "500"],
        "AUTH TLS": ["502", "500", "500"],
      },
    },
  },
  {
    rule: "RFC 959 §5.3.1: these commands have no argument, so one is 501",
    right: ["baseftp", "pyftpdlib"],
    why: "passing over it may hide what the client meant",
    rows: {
      "QUIT with an argument": { "QUIT now": ["501", "221", "501"] },
      "unknown verbs and junk": {
        "PWD with an argument": ["501", "257", "501"],
        "SYST with an argument": ["501", "215", "501"],
        "CDUP with an argument": ["501", "250", "501"],
        "PASV with an argument": ["501", "227", "501"],
        "ABOR with an argument": ["501", "225", "501"],
        "FEAT with an argument": ["501", "211", "501"],
        "REIN with an argument": ["501", "502", "501"],
      },
    },
  },
  {
    rule: "RFC 959 §5.3.1: NOOP has no argument",
    right: ["pyftpdlib"],
    why: "we take one: keep-alive helpers add text, and nothing can be misunderstood",
    rows: {
      "unknown verbs and junk": { "NOOP with an argument": ["200", "200", "501"] },
    },
  },
  {
    rule: "RFC 959 §4.2.2, §5.3.1: 501 for an argument that is missing",
    right: ["baseftp", "pyftpdlib"],
    why:
      "another code speaks of a file, or of a state, that has no part in it; pyftpdlib takes CWD alone for the root",
    rows: {
      "logging in": { "USER": ["501", "530", "501"] },
      "verbs without the argument that they need": {
        "CWD": ["501", "550", "250"],
        "TYPE": ["501", "500", "501"],
        "MODE": ["501", "504", "501"],
        "STRU": ["501", "504", "501"],
        "PORT": ["501", "500", "501"],
        "EPRT": ["501", "500", "501"],
        "REST": ["501", "350", "501"],
        "RNFR": ["501", "550", "501"],
        "RETR": ["501", "425", "501"],
        "STOR": ["501", "425", "501"],
        "APPE": ["501", "425", "501"],
        "DELE": ["501", "550", "501"],
        "MKD": ["501", "550", "501"],
        "RMD": ["501", "550", "501"],
        "SIZE": ["501", "550", "501"],
        "MDTM": ["501", "550", "501"],
        "MFMT": ["501", "500", "501"],
        "SITE": ["501", "550", "501"],
        "ALLO": ["501", "202", "501"],
      },
    },
  },
  {
    rule: "No RFC: a blank line",
    right: ["baseftp", "vsftpd"],
    why: "address translators send them to keep a connection open; a reply would belong to no command",
    rows: {
      "blank lines": {
        "(blank) + PWD": ["257", "257", "500 257"],
        "(blank) + (blank) + (blank) + PWD": ["257", "257", "500 500 500 257"],
      },
    },
  },
  {
    rule: "No RFC: a line of blanks",
    right: EVERYBODY,
    why: "blank as well, or a verb that is empty",
    rows: {
      "a line of blanks": { "    + PWD": ["257", "500 257", "500 257"] },
    },
  },
  {
    rule: "RFC 959 §5.4: one command, one reply",
    right: ["baseftp"],
    why: "a line that is too long is one command; the session need not end for it",
    rows: {
      "over-long lines": { "a line of 10000 bytes, PWD": ["500 257", "500 closed", "500 500 257"] },
      "an over-long line before login": {
        "a line of 10000 bytes, FEAT": ["500 211", "500 closed", "500 500 211"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: MKD has 550 alone for a name that cannot be",
    right: ["vsftpd", "pyftpdlib"],
    why: "we say 553 as for every name that a client makes up: it tells more",
    rows: {
      "a long name": { "MKD nnnnnn… (304 bytes)": ["553", "550", "550"] },
    },
  },
  {
    rule: "RFC 959 §5.4: STOR and RNTO have 553 for a name that cannot be",
    right: ["baseftp"],
    why: "550 speaks of a file that is not there",
    rows: {
      "a long name": {
        "STOR nnnnn… (305 bytes)": ["553", "553", "550"],
        "RNTO nnnnn… (305 bytes)": ["553", "550", "550"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: HELP has 501 and 502 for what it does not know",
    right: ["baseftp", "pyftpdlib"],
    why: "214 promises help",
    rows: {
      "what the server tells of itself": { "HELP NOSUCHVERB": ["502", "214", "501"] },
    },
  },
  {
    rule: "RFC 959 §5.4: ALLO is 200, or 202 where nothing is to be reserved",
    right: EVERYBODY,
    why: "we check the number, so 200; some cameras stop at a 202",
    rows: {
      "what the server tells of itself": {
        "ALLO 100": ["200", "202", "202"],
        "ALLO 100 R 10": ["200", "202", "202"],
      },
    },
  },
  {
    rule: "RFC 959 §5.3.1: the argument of ALLO is a number",
    right: ["baseftp"],
    why: "202 for any text tells the client nothing",
    rows: {
      "what the server tells of itself": { "ALLO many": ["501", "202", "202"] },
    },
  },
  {
    rule: "RFC 2640 §3.1: UTF-8 needs no option; OPTS UTF8 ON is practice",
    right: ["baseftp", "vsftpd"],
    why: "clients that ask want to hear that it is on",
    rows: {
      "options": {
        "OPTS UTF8 ON": ["200", "200", "501"],
        "OPTS utf8 on": ["200", "200", "501"],
        "OPTS UTF8": ["200", "501", "501"],
      },
    },
  },
  {
    rule: "RFC 2389 §4: a bad option is 501",
    right: ["vsftpd", "pyftpdlib"],
    why: "we say 504 (RFC 959 §4.2.2): the option is known, its value is not to be had",
    rows: {
      "options": { "OPTS UTF8 OFF": ["504", "501", "501"] },
    },
  },
  {
    rule: "RFC 3659 §7.9, RFC 2640 §4, RFC 7151 §3, practice: OPTS MLST, LANG, HOST, CLNT",
    right: EVERYBODY,
    why: "extensions: a server that lacks one says 500 or 501",
    rows: {
      "options": {
        "OPTS MLST type;size;": ["200", "501", "200"],
        "OPTS MLST": ["200", "501", "200"],
        "OPTS MLST nosuchfact;": ["200", "501", "200"],
        "CLNT tests": ["200", "500", "500"],
        "LANG": ["200", "500", "500"],
        "LANG EN": ["200", "500", "500"],
        "HOST 127.0.0.1": ["503", "500", "500"],
      },
      "machine listing": { "OPTS MLST type;": ["200", "501", "200"] },
    },
  },
  {
    rule:
      "RFC 959 §4.2.2, §5.4: SITE has 500 and 501 for what it does not know; RFC 1123 §4.1.2.8 names SITE HELP",
    right: ["baseftp", "pyftpdlib"],
    why: "550 speaks of a file. vsftpd lets anonymous users do nothing here, so it looks no further",
    rows: {
      "SITE": {
        "SITE HELP": ["214", "550", "214"],
        "SITE NOSUCHWORD": ["504", "550", "500"],
        "SITE EXEC ls": ["504", "550", "500"],
        "SITE CHMOD": ["501", "550", "501"],
        "SITE CHMOD 644": ["501", "550", "501"],
        "SITE CHMOD junk hello.txt": ["501", "550", "501"],
      },
    },
  },
  {
    rule: "RFC 959 §4.2.2: 212 is the status of a directory, 213 that of a file",
    right: ["baseftp"],
    why: "213 for both leaves the client to guess",
    rows: {
      "STAT": {
        "STAT folder": ["212", "213", "213"],
        "STAT empty": ["212", "213", "213"],
        "STAT /": ["212", "213", "213"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: STAT of a path that is not there is refused",
    right: ["baseftp", "pyftpdlib"],
    why: "an empty status looks like an empty directory",
    rows: {
      "STAT": { "STAT missing.txt": ["550", "213", "550"] },
    },
  },
];
