/** Differences between the servers: transfer parameters and data ports. */

import type { Ruling } from "./ruling.ts";

/** The differences in the dialogues of the same name. */
export const PORT_DIFFERENCES: readonly Ruling[] = [
  {
    rule: "RFC 959 §3.1.1, RFC 1123 §4.1.2.2: TYPE A N is TYPE A, and TYPE A T prints the same",
    right: ["baseftp"],
    why: "the second parameter may always be there",
    rows: {
      "TYPE": {
        "TYPE A N": ["200", "200", "504"],
        "TYPE A T": ["200", "500", "504"],
      },
    },
  },
  {
    rule: "RFC 959 §4.2.2: 504 for a parameter that is known and not there, 501 for one that is none",
    right: ["baseftp"],
    why: "L 7 as ASCII would change bytes; 500 says that TYPE itself is not known",
    rows: {
      "TYPE": {
        "TYPE A C": ["504", "500", "504"],
        "TYPE L 7": ["504", "500", "200"],
        "TYPE L": ["501", "500", "504"],
        "TYPE E": ["504", "500", "504"],
        "TYPE X": ["501", "500", "504"],
        "TYPE I N": ["501", "500", "504"],
      },
    },
  },
  {
    rule: "RFC 959 §4.2.2: 501 for a parameter that is none",
    right: ["baseftp", "pyftpdlib"],
    why: "504 promises that there is such a mode or structure",
    rows: {
      "MODE and STRU": {
        "MODE X": ["501", "504", "501"],
        "MODE SS": ["501", "504", "501"],
        "STRU X": ["501", "504", "501"],
        "STRU FF": ["501", "504", "501"],
      },
    },
  },
  {
    rule: "RFC 959 §4.2.2: 501 for a bad argument of PORT and EPRT",
    right: ["baseftp", "pyftpdlib"],
    why: "500 says that the command is not known",
    rows: {
      "forms of PORT": {
        "PORT 127,0,0,1": ["501", "500", "501"],
        "PORT 127,0,0,1,200": ["501", "500", "501"],
        "PORT 127,0,0,1,200,1,2": ["501", "500", "501"],
        "PORT 127,0,0,1,256,1": ["501", "500", "501"],
        "PORT 127,0,0,256,200,1": ["501", "500", "501"],
        "PORT 127,0,0,1,-1,1": ["501", "500", "501"],
        "PORT 127.0.0.1.200.1": ["501", "500", "501"],
        "PORT junk": ["501", "500", "501"],
        "PORT 127,0,0,1,0,0": ["501", "500", "501"],
      },
      "forms of EPRT": {
        "EPRT 1|127.0.0.1|{open}|": ["501", "500", "501"],
        "EPRT |1|127.0.0.1|65536|": ["501", "500", "501"],
        "EPRT |1|127.0.0.1|junk|": ["501", "500", "501"],
        "EPRT |1|junk|{open}|": ["501", "500", "501"],
        "EPRT junk": ["501", "500", "501"],
      },
      "a refused PORT forgets the one before": { "PORT junk": ["501", "500", "501"] },
    },
  },
  {
    rule: "RFC 2577 §3: 504 for a port below 1024 or another host",
    right: ["baseftp"],
    why: "nothing is wrong with the argument: it is not served, so that nobody is reached through the server",
    rows: {
      "forms of PORT": {
        "PORT 127,0,0,1,0,21": ["504", "500", "501"],
        "PORT 127,0,0,2,200,1": ["504", "500", "501"],
        "PORT 192,0,2,1,200,1": ["504", "500", "501"],
      },
      "forms of EPRT": {
        "EPRT |1|127.0.0.1|21|": ["504", "500", "501"],
        "EPRT |1|192.0.2.1|50000|": ["504", "500", "501"],
      },
    },
  },
  {
    rule: "RFC 2428 §2: any delimiter from 33 to 126, also at the end",
    right: ["baseftp", "pyftpdlib"],
    why: "a client may choose it",
    rows: {
      "forms of EPRT": {
        "EPRT !1!127.0.0.1!{open}!": ["200", "500", "200"],
        "EPRT |1|127.0.0.1|{open}": ["501", "200", "501"],
      },
    },
  },
  {
    rule: "RFC 2428 §2: 522 for a protocol that cannot be used, with those that can",
    right: ["baseftp"],
    why: "the client can try again; an IPv4 session reaches no IPv6 address",
    rows: {
      "forms of EPRT": {
        "EPRT |3|127.0.0.1|{open}|": ["522", "500", "501"],
        "EPRT |2|::1|{open}|": ["522", "500", "522"],
      },
    },
  },
  {
    rule: "RFC 959 §4.1.2, §3.2: PORT names a port, the transfer connects",
    right: ["baseftp", "vsftpd"],
    why:
      "whether 425 comes behind the mark or instead of it is open; pyftpdlib connects at once, and then waits for a connection that nobody prepared",
    rows: {
      "PORT to where nobody listens": {
        "PORT 127,0,0,1,{closed}": ["200", "200", "425"],
        "LIST + QUIT": ["150 425 221", "425 221", "150 221"],
      },
      "EPRT to where nobody listens": {
        "EPRT |1|127.0.0.1|{closed}|": ["200", "200", "425"],
        "LIST + QUIT": ["150 425 221", "425 221", "150 221"],
      },
    },
  },
  {
    rule: "RFC 2428 §3: EPSV has 522 for a protocol that cannot be used",
    right: ["baseftp", "vsftpd"],
    why: "3 is a number, so the form is good",
    rows: {
      "forms of EPSV": { "EPSV 3": ["522", "522", "501"] },
    },
  },
  {
    rule: "RFC 2428 §3: the argument of EPSV is a number or ALL",
    right: ["baseftp", "pyftpdlib"],
    why: "anything else is bad syntax: 501",
    rows: {
      "forms of EPSV": {
        "EPSV junk": ["501", "522", "501"],
        "EPSV 1 2": ["501", "229", "501"],
      },
    },
  },
  {
    rule: "RFC 2428 §3 names no reply to EPSV ALL; RFC 959 §4.2.2 has 200 for a command that is okay",
    right: ["baseftp", "vsftpd"],
    why: "220 is a greeting",
    rows: {
      "EPSV ALL": {
        "EPSV ALL": ["200", "200", "220"],
        "EPSV ALL (2)": ["200", "200", "220"],
      },
      "EPSV all": { "EPSV all": ["200", "200", "220"] },
    },
  },
  {
    rule: "RFC 2428 §3: after EPSV ALL every other way is refused, with a code that is open",
    right: ["baseftp", "pyftpdlib"],
    why: "we say 503, out of order; vsftpd still takes EPRT",
    rows: {
      "EPSV ALL": {
        "PASV": ["503", "550", "501"],
        "PORT 127,0,0,1,{open}": ["503", "550", "501"],
        "EPRT |1|127.0.0.1|{open}|": ["503", "200", "501"],
        "PASV (2)": ["503", "550", "501"],
      },
    },
  },
  {
    rule: "RFC 959 §3.2: without PORT or PASV data go to the default port",
    right: ["baseftp", "vsftpd"],
    why:
      "nobody listens there today, so the truth is 425; pyftpdlib waits for a client that does not know it should connect",
    rows: {
      "transfers without a data port": {
        "LIST": ["425", "425", "150"],
        "NLST": ["425", "425", "150"],
        "MLSD": ["425", "500", "150"],
        "RETR hello.txt": ["425", "425", "150"],
        "STOR new.txt": ["425", "425", "150"],
        "APPE new.txt": ["425", "425", "150"],
        "STOU": ["425", "425", "150"],
      },
      "a data port serves one transfer": { "RETR hello.txt (2)": ["425", "425", "150"] },
    },
  },
  {
    rule: "RFC 959 §4.1.2: a new PORT takes the place of the former",
    right: ["baseftp", "vsftpd"],
    why: "data to a port that the client has given up may reach somebody else",
    rows: {
      "a refused PORT forgets the one before": { "LIST": ["425", "425", "125"] },
    },
  },
];
