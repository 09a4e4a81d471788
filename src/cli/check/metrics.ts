/** Whether metrics can be told: the port is free, or this server has it, and there is a token if needed. */

import type { Settings } from "../../config/schema.ts";
import { metricsWish } from "../metrics/wish.ts";
import type { Finding } from "./finding.ts";
import { portProblem } from "./ports.ts";

const SUBJECT = "Metrics";
/** How long a server may take to say that it is alive, milliseconds. */
const ANSWER_MS = 3000;

/** Looks at the port of metrics. Nothing is found where none is wanted. */
export async function checkMetrics(settings: Settings, configFile: string): Promise<Finding[]> {
  try {
    const wish = await metricsWish(settings, configFile);
    if (!wish) return [];
    const { hostname, port, token } = wish;
    const who = token === undefined ? "this machine" : "who shows the token";
    const problem = portProblem(hostname, port, "metrics-");
    if (problem === undefined) return [fine(`${port} is free, for ${who}`)];
    if (await answers(hostname, port)) return [fine(`a server answers on ${port}, for ${who}`)];
    return [broken(problem)];
  } catch (error) {
    return [broken(error instanceof Error ? error.message : String(error))];
  }
}

async function answers(hostname: string, port: number): Promise<boolean> {
  const own = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "[::1]" : hostname;
  const host = own.includes(":") && !own.startsWith("[") ? `[${own}]` : own;
  try {
    const response = await fetch(`http://${host}:${port}/healthz`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return response.ok && await response.text() === "ok\n";
  } catch {
    return false;
  }
}

function fine(text: string): Finding {
  return { subject: SUBJECT, outcome: "fine", text };
}

function broken(problem: string): Finding {
  const [text, ...remedies] = problem.split("; ");
  const remedy = remedies.join("; ");
  return { subject: SUBJECT, outcome: "broken", text: text!, ...remedy !== "" && { remedy } };
}
