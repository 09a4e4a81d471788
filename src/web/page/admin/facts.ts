/** What the server tells of itself, as `docs/control.md` describes it. */

/** A session. */
export interface SessionFacts {
  readonly id: number;
  readonly account: string | null;
  readonly address: string;
  readonly protocol: "ftp" | "http" | "https";
  readonly tls: boolean;
  readonly since: string;
  readonly state: "login" | "idle" | "command" | "download" | "upload" | "listing";
  readonly seconds: number;
  readonly command?: string;
  readonly path?: string;
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly bytesPerSecond?: number;
}

/** What the server is and does. */
export interface StatusFacts {
  readonly version: string;
  readonly started: string;
  readonly configFile: string;
  readonly address: string;
  readonly port: number;
  readonly sessions: number;
  readonly transfers: number;
  readonly accounts: number;
  readonly silentWorkers: number;
  readonly memoryBytes: number;
  readonly limits: readonly {
    readonly target: { readonly account: string };
    readonly rates: { readonly upload?: number; readonly download?: number };
  }[];
}

/** What passed in some seconds. */
export interface ThroughputFacts {
  readonly at: string;
  readonly seconds: number;
  readonly uploadedBytes: number;
  readonly downloadedBytes: number;
  readonly logins: number;
  readonly sessions: number;
  readonly transfers: number;
}

/** Sessions, and how many threads did not tell of theirs. */
export interface Who {
  readonly sessions: readonly SessionFacts[];
  readonly silentWorkers: number;
}

/** The samples of the last hour, and what has passed since. */
export interface Hour {
  readonly samples: readonly ThroughputFacts[];
  readonly present: ThroughputFacts;
}

/** A line of the log. */
export interface LogLineFacts {
  readonly number: number;
  readonly at: string;
  readonly level: LogLevel;
  readonly text: string;
}

export type LogLevel = "debug" | "info" | "warning" | "error";

/** A disk; null where it does not answer. */
export interface DiskFacts {
  readonly accounts: readonly string[];
  readonly directory: string;
  readonly directories: number;
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
}

/** What an account with a quota has in use; null where nothing is counted or limited. */
export interface QuotaFacts {
  readonly account: string;
  readonly bytes: number | null;
  readonly files: number | null;
  readonly quotaBytes: number | null;
  readonly quotaFiles: number | null;
}

/** The certificate. */
export interface CertificateFacts {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly daysLeft: number;
  readonly fingerprint: string;
  readonly file: string;
  readonly source: "file" | "made" | "acme";
  readonly isSelfSigned: boolean;
}

/** A network that is refused. */
export interface BanFacts {
  readonly network: string;
  readonly since: string;
  readonly until: string | null;
  readonly by: "guard" | "operator";
  readonly reason: string;
  readonly refused: number;
}

/** An account as the accounts file has it. */
export interface AccountFacts {
  readonly name: string;
  readonly enabled: boolean;
  readonly expired: boolean;
  readonly admin: boolean;
  /** Whether a second factor is asked for. */
  readonly totp?: boolean;
  readonly password: string | null;
  readonly home: string | null;
  readonly permissions: string | null;
  readonly group: string | null;
  readonly keys: Readonly<Record<string, string>>;
  readonly fromGroup: readonly string[];
}
