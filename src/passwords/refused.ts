/** Hashes that are told from plain text and are not checked: each with its name, and why. */

/** A kind of hash that nobody can log in with. */
interface Refused {
  readonly begins: RegExp;
  /** What it is, as the subject of a sentence, and why it is not checked. */
  readonly why: string;
}

const REFUSED: readonly Refused[] = [
  { begins: /^\$1\$/, why: "MD5 crypt ($1$) is broken" },
  { begins: /^\$apr1\$/, why: "Apache's MD5 ($apr1$) is broken; htpasswd -B writes bcrypt" },
  { begins: /^\$g?y\$/, why: "yescrypt ($y$) is not known here" },
  { begins: /^\$(?:7|scrypt)\$/, why: "this form of scrypt is not known here" },
  { begins: /^\$3\$/, why: "the NT hash ($3$) is broken" },
  { begins: /^\$(?:sha1|md5)[$,]/, why: "this form of crypt is not known here" },
  { begins: /^\$2x?\$/, why: "this form of bcrypt is made by a faulty program" },
  { begins: /^\$argon2(?:i|d)\$/, why: "Argon2i and Argon2d are not known here, only Argon2id" },
  {
    begins: /^\{(?:S?SHA(?:256|384|512)?|S?MD5|CRYPT|BCRYPT|ARGON2|PBKDF2[\w-]*|PLAIN|CLEARTEXT)\}/i,
    why: "hashes with a scheme in braces, as LDAP writes them, are not known here; " +
      "behind {CRYPT} there may be one that is",
  },
  // What stands in /etc/shadow where nobody may log in would become a password that everybody knows.
  { begins: /^(?:!{1,2}|\*|!\*|\*LK\*)$|^!+\$\w+\$/, why: "it is the mark of a locked account" },
];

/** Why the stored text can be no password; undefined for one that may be plain text or a known form. */
export function whyRefused(stored: string): string | undefined {
  return REFUSED.find(({ begins }) => begins.test(stored))?.why;
}
