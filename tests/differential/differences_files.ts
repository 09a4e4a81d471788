/** Differences between the servers: paths, directories, renaming, sizes and times. */

import { EVERYBODY, type Ruling } from "./ruling.ts";

/** The differences in the dialogues of the same name. */
export const FILE_DIFFERENCES: readonly Ruling[] = [
  {
    rule: "RFC 3659 §6.2.1: what dot-dot means is the server's choice",
    right: EVERYBODY,
    why: "we resolve names alone, before the disk is asked",
    rows: {
      "moving about": {
        "CWD missing/..": ["250", "550", "250"],
        "CWD hello.txt/..": ["250", "550", "250"],
      },
    },
  },
  {
    rule: "No RFC: the tilde",
    right: EVERYBODY,
    why: "a name like any other, or the home",
    rows: {
      "moving about": { "CWD ~": ["550", "250", "550"] },
    },
  },
  {
    rule: "RFC 959 §4.1.3: RNTO follows RNFR at once",
    right: ["baseftp"],
    why: "what was meant a while ago may not be what is meant now",
    rows: {
      "RNFR, another command, RNTO": {
        "RNTO again.txt": ["503", "250", "250"],
        "MDTM again.txt": ["550", "213", "213"],
      },
    },
  },
  {
    rule: "RFC 959 §4.1.3: an RNTO belongs to the RNFR before it",
    right: ["baseftp", "vsftpd"],
    why: "an RNFR or RNTO that was refused leaves nothing to rename",
    rows: {
      "RNFR, a refused RNFR, RNTO": { "RNTO again.txt": ["503", "503", "250"] },
      "RNFR, RNTO without a name, RNTO": { "RNTO again.txt": ["503", "503", "250"] },
    },
  },
  {
    rule: "RFC 959 §4.2.2: 501 for an argument that is missing",
    right: ["baseftp", "pyftpdlib"],
    why: "550 speaks of a file",
    rows: {
      "RNFR, RNTO without a name, RNTO": { "RNTO": ["501", "550", "501"] },
    },
  },
  {
    rule: "RFC 959 §5.4: RNTO has 553 for a name that it cannot take",
    right: ["baseftp"],
    why: "a directory cannot go into itself, whatever is there",
    rows: {
      "renaming to where it cannot go": { "RNTO folder/inner": ["553", "550", "550"] },
    },
  },
  {
    rule: "RFC 959 §5.4: the root cannot be renamed, at RNFR or at RNTO",
    right: EVERYBODY,
    why: "no file gets a name in either case",
    rows: {
      "renaming the root": {
        "RNFR /": ["350", "350", "550"],
        "RNTO /w/root": ["553", "550", "503"],
      },
    },
  },
  {
    rule: "RFC 3659 §4: SIZE tells what RETR would send, or nothing",
    right: ["baseftp", "pyftpdlib"],
    why: "vsftpd tells the size on the disk in ASCII too; pyftpdlib tells nothing",
    rows: {
      "sizes": { "SIZE hello.txt (2)": ["213", "213", "550"] },
    },
  },
  {
    rule: "RFC 3659 §3: MDTM tells a time; that it sets one is practice",
    right: EVERYBODY,
    why: "clients use it so, and no file has that whole name",
    rows: {
      "times": { "MDTM 20200102030405 hello.txt": ["213", "550", "550"] },
    },
  },
  {
    rule: "draft-somers-ftp-mfxx §3: a bad time is 501",
    right: ["baseftp"],
    why: "550 speaks of the file; vsftpd has no MFMT, which is 500",
    rows: {
      "times": {
        "MFMT 2020 hello.txt": ["501", "500", "550"],
        "MFMT junk hello.txt": ["501", "500", "550"],
        "MFMT 20201332030405 hello.txt": ["501", "500", "550"],
        "MFMT 20200102030405": ["501", "500", "501"],
      },
    },
  },
  {
    rule: "draft-somers-ftp-mfxx: MFMT is an extension",
    right: EVERYBODY,
    why: "a server that lacks it says 500",
    rows: {
      "times": {
        "MFMT 20200102030405 hello.txt": ["213", "500", "213"],
        "MFMT 20200102030405 missing.txt": ["550", "500", "550"],
      },
    },
  },
];
