/** Differences between the servers: listings, downloads, uploads and restarts. */

import { EVERYBODY, type Ruling } from "./ruling.ts";

/** The differences in the dialogues of the same name. */
export const TRANSFER_DIFFERENCES: readonly Ruling[] = [
  {
    rule: "No RFC: options of LIST",
    right: EVERYBODY,
    why: "pyftpdlib takes them for a name when a path follows",
    rows: {
      "listing": { "LIST -la folder": ["150 226", "150 226", "550"] },
    },
  },
  {
    rule: "RFC 959 §5.4: a listing of what is not there is refused",
    right: ["baseftp", "pyftpdlib"],
    why:
      "an empty listing looks like an empty directory; the RFC has 450, 550 tells that trying again is of no use",
    rows: {
      "listing": {
        "LIST missing": ["550", "150 226", "550"],
        "NLST missing": ["550", "150 226", "550"],
      },
    },
  },
  {
    rule: "RFC 1123 §4.1.2.7: wildcards are the server's choice",
    right: EVERYBODY,
    why: "`mget` of many clients needs them",
    rows: {
      "listing": {
        "LIST *.txt": ["150 226", "150 226", "550"],
        "NLST *.txt": ["150 226", "150 226", "550"],
        "NLST *.none": ["550", "150 226", "550"],
      },
    },
  },
  {
    rule: "RFC 3659 §7: machine listings are an extension",
    right: EVERYBODY,
    why: "a server that lacks them says 500",
    rows: {
      "machine listing": {
        "MLSD": ["150 226", "500", "150 226"],
        "MLSD folder": ["150 226", "500", "150 226"],
        "MLSD hello.txt": ["501", "500", "501"],
        "MLST": ["250", "500", "250"],
        "MLST hello.txt": ["250", "500", "250"],
        "MLST folder": ["250", "500", "250"],
        "MLST missing": ["550", "500", "550"],
      },
    },
  },
  {
    rule: "RFC 3659 §7.2.1: MLSD of what is not there is 550",
    right: ["baseftp"],
    why: "501 is for what is no directory",
    rows: {
      "machine listing": { "MLSD missing": ["550", "500", "501"] },
    },
  },
  {
    rule: "RFC 959 §5.4: STOR has 553, APPE has 550 and 553",
    right: EVERYBODY,
    why: "a name that is taken by a directory, or a directory that is not there: we tell which, with 550",
    rows: {
      "uploads": {
        "STOR folder": ["550", "553", "550"],
        "STOR missing/new.txt": ["550", "553", "550"],
        "STOR /": ["550", "553", "550"],
        "APPE folder": ["550", "553", "550"],
      },
    },
  },
  {
    rule: "RFC 3659 §4: SIZE tells what RETR would send, or nothing",
    right: ["baseftp", "pyftpdlib"],
    why: "vsftpd tells the size on the disk in ASCII too",
    rows: {
      "transfers in ASCII": { "SIZE ascii.txt": ["213", "213", "550"] },
    },
  },
  {
    rule: "RFC 3659 §5.3: an offset behind the end is 554 on the transfer",
    right: ["baseftp"],
    why: "226 behind nothing looks like a whole file; pyftpdlib does so for files that are there",
    rows: {
      "restarting": {
        "RETR hello.txt (3)": ["554", "150 226", "554"],
        "STOR hello.txt (2)": ["554", "150 226", "554"],
        "STOR missing.txt": ["554", "150 226", "550"],
      },
    },
  },
  {
    rule: "RFC 3659 §5.3: the offset is digits; a number that cannot be held is refused",
    right: ["baseftp"],
    why: "another one would be used in its place",
    rows: {
      "restarting": {
        "REST 9007199254740993": ["501", "350", "350"],
        "REST 99999999999999999999999": ["501", "350", "350"],
        "REST -1": ["501", "350", "501"],
        "REST +1": ["501", "350", "350"],
        "REST junk": ["501", "350", "501"],
        "REST 1 2": ["501", "350", "501"],
      },
    },
  },
  {
    rule: "RFC 3659 §5.3: REST is for RETR and STOR; what it does to others is open",
    right: EVERYBODY,
    why:
      "APPE at an offset can only be STOR; a file that is new has no place to go on from, so STOU is refused",
    rows: {
      "restarting": {
        "APPE hello.txt": ["150 226", "150 226", "450"],
        "STOU": ["450", "150 226", "450"],
      },
    },
  },
  {
    rule: "RFC 3659 §5.1: REST works in ASCII too, in converted octets",
    right: ["baseftp"],
    why: "an upload in ASCII cannot be resumed so, hence 554; raw offsets would put bytes in the wrong place",
    rows: {
      "restarting in ASCII": {
        "REST 6": ["350", "350", "501"],
        "RETR hello.txt": ["150 226", "550", "150 226"],
        "REST 2": ["350", "350", "501"],
        "STOR hello.txt": ["554", "150 226", "150 226"],
      },
    },
  },
  {
    rule: "RFC 959 §5.4: ABOR is 226 where the data connection is closed, 225 where it is open",
    right: EVERYBODY,
    why: "we close it always, so 226 always",
    rows: {
      "ABOR with nothing to stop": {
        "ABOR": ["226", "225", "225"],
        "abor": ["226", "225", "225"],
        "ABOR (2)": ["226", "225", "225"],
        "ABOR (3)": ["226", "225", "225"],
        "ABOR (4)": ["226", "225", "225"],
        "ABOR (5)": ["226", "225", "225"],
      },
    },
  },
];
