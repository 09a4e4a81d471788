/** Whether the ports are free, or taken by this very server. */

import type { Settings } from "../../config/schema.ts";
import { ListenError, listenForControl } from "../../net/control_listener.ts";
import { passivePorts as passivePortsKind } from "../../options/kinds.ts";
import { explainBindError } from "../bind_error.ts";
import type { Finding } from "./finding.ts";
import { FtpProbe } from "./ftp_probe.ts";

/** What there is to know of the ports. */
export interface PortFindings {
  readonly findings: readonly Finding[];
  /** Whether a server answers on the control port already. */
  readonly isRunning: boolean;
}

/** Looks at control port, implicit TLS port, the web page's and passive ports. */
export async function checkPorts(settings: Settings): Promise<PortFindings> {
  const { hostname, port, implicitTlsPort, webHost, webPort } = settings;
  const control = portProblem(hostname, port);
  const isRunning = control !== undefined && await speaksFtp(hostname, port);
  const findings: Finding[] = [portFinding({ subject: "Port", port, problem: control, isRunning })];
  if (implicitTlsPort !== "none" && !isRunning) {
    const problem = portProblem(hostname, implicitTlsPort);
    findings.push(portFinding({ subject: "TLS port", port: implicitTlsPort, problem, isRunning: false }));
  }
  if (webPort !== "none" && !isRunning) {
    const problem = portProblem(webHost === "" ? hostname : webHost, webPort);
    findings.push(portFinding({ subject: "Web port", port: webPort, problem, isRunning: false }));
  }
  return { findings: [...findings, passiveFinding(settings, { isRunning })], isRunning };
}

function portFinding(
  { subject, port, problem, isRunning }: {
    subject: string;
    port: number;
    problem: string | undefined;
    isRunning: boolean;
  },
): Finding {
  if (problem === undefined) {
    return { subject, outcome: "fine", text: port === 0 ? "any that is free" : `${port} is free` };
  }
  if (isRunning) return { subject, outcome: "fine", text: `an FTP server answers on ${port}` };
  const [text, remedy] = problem.split("; ");
  return { subject, outcome: "broken", text: text!, ...remedy !== undefined && { remedy } };
}

/** Passive ports are taken one by one as clients ask, so some that are in use do no harm. */
function passiveFinding(
  { hostname, passivePorts }: Settings,
  { isRunning }: { isRunning: boolean },
): Finding {
  const subject = "Passive ports";
  if (passivePorts === "any") {
    const text = "any that is free: a router or firewall cannot let them through";
    return { subject, outcome: "advice", text, remedy: "set passive-ports to a range such as 50000-50099" };
  }
  const { first, last } = passivePorts;
  const all = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const taken = all.filter((port) => portProblem(hostname, port) !== undefined);
  const range = passivePortsKind.format(passivePorts);
  if (taken.length === all.length) {
    const remedy = "set passive-ports to a range that no other program uses";
    return { subject, outcome: "broken", text: `none of ${range} is free`, remedy };
  }
  const others = taken.length === 0 || isRunning ? "" : `, ${taken.length} of them in use by others`;
  return { subject, outcome: "fine", text: `${range}${others}` };
}

/**
 * Why the port cannot be listened on; undefined when it can.
 *
 * @param prefix What the flags of this port begin with.
 */
export function portProblem(hostname: string, port: number, prefix = ""): string | undefined {
  try {
    listenForControl({ hostname, port }).close();
    return undefined;
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    return explainBindError(error.cause, { host: hostname, port, prefix });
  }
}

async function speaksFtp(hostname: string, port: number): Promise<boolean> {
  const host = loopbackOf(hostname);
  try {
    using _probe = await FtpProbe.connect({ host, port, stepMs: 3000 });
    return true;
  } catch {
    return false;
  }
}

/** Where a server that listens on this address answers this machine. */
export function loopbackOf(hostname: string): string {
  return hostname === "0.0.0.0" || hostname === "::" ? "127.0.0.1" : hostname;
}
