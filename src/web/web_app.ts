/** From a request to its response: address, origin, who it is, the route, refusals, security headers. */

import { parseHostName } from "../protocol/host_name.ts";
import { ROOT } from "../protocol/pathname.ts";
import { isBrowser, wantsHtml } from "./accept.ts";
import { isProgramAddress, rawPathOf, treeAddressOf } from "./address.ts";
import { BASIC_CHALLENGE, basicCredentialsOf } from "./basic_credentials.ts";
import { dropCookie, tokenOf } from "./cookies.ts";
import { errorResponse } from "./error_response.ts";
import { HttpError, httpErrorOf } from "./http_error.ts";
import { noLink } from "./link_session.ts";
import { refuseForeignOrigin } from "./origin_check.ts";
import { shareProgress } from "./progress.ts";
import type { ProgramRoute, Routes, TreeRoute } from "./routes.ts";
import { addSecurityHeaders } from "./security_headers.ts";
import type { TreeEntrance, WebCall, WebHandler, WebVisit } from "./web_call.ts";
import type { WebServices } from "./web_services.ts";
import type { WebSession } from "./web_session.ts";
import { signInNeeded } from "./web_sessions.ts";

/** Where a request came in. */
export interface RequestSource {
  readonly peer: string;
  readonly isSecure: boolean;
  /** Whether its certificate is one that browsers trust. */
  readonly hasPublicCertificate?: boolean | undefined;
}

/** Requests of one session that are answered at once: more than a browser has with HTTP/2 it waits for. */
const MOST_REQUESTS = 64;

/** Methods that nobody is answered, whatever the address. RFC 9110 §9.3.6, §9.3.8. */
const NEVER: ReadonlySet<string> = new Set(["TRACE", "TRACK", "CONNECT"]);

/** Answers requests. */
export class WebApp {
  readonly #services: () => WebServices;
  readonly #routes: Routes;

  /** @param services Those in force when a request comes. */
  constructor(services: () => WebServices, routes: Routes) {
    this.#services = services;
    this.#routes = routes;
  }

  /** Answers one. Never rejects. */
  async answer(request: Request, source: RequestSource): Promise<Response> {
    const response = await this.#answerOrRefuse(request, source);
    addSecurityHeaders(response, { hasPublicCertificate: source.hasPublicCertificate ?? false });
    if (request.method !== "HEAD" || response.body === null) return response;
    void response.body.cancel().catch(() => {});
    return new Response(null, response);
  }

  /** Answers a call at a place of a tree: for links, which have one of their own. */
  readonly answerTree = async (call: WebCall): Promise<Response> => {
    return await treeHandler(this.#routes.tree, call)(call);
  };

  async #answerOrRefuse(request: Request, source: RequestSource): Promise<Response> {
    try {
      return await this.#answer(request, source);
    } catch (error) {
      const told = httpErrorOf(error) ?? this.#unforeseen(error, request);
      return errorResponse(request, told, this.#services().page?.style);
    }
  }

  async #answer(request: Request, { peer, isSecure }: RequestSource): Promise<Response> {
    const services = this.#services();
    if (NEVER.has(request.method)) throw notAllowed(["GET", "HEAD"]);
    const host = hostOf(request);
    refuseOtherHost(host, services);
    const rawPath = rawPathOf(request.url);
    refuseForeignOrigin(request, host);
    const url = URL.parse(request.url);
    if (!url) throw new HttpError({ status: 400, code: "bad-request", message: "The address is not a URL" });
    const visit: WebVisit = {
      request,
      url,
      rawPath,
      rest: "",
      peer,
      isSecure,
      services,
      signal: request.signal,
    };
    if (isProgramAddress(rawPath)) return await this.#answerProgram(visit);
    const address = treeAddressOf(rawPath);
    return await this.#asAccount(visit, (call) => this.answerTree({ ...call, ...address }));
  }

  async #answerProgram(visit: WebVisit): Promise<Response> {
    const place = visit.rawPath.slice("/~/".length);
    const { route, rest } = programRoute(this.#routes.program, visit.request.method, place);
    const own = { ...visit, rest };
    if (route.access === "anyone") return await route.handler(own, this.#enterTree);
    return await this.#asAccount(own, route.handler);
  }

  /** Lets a handler answer for the account that the request is from. */
  async #asAccount(visit: WebVisit, handler: WebHandler): Promise<Response> {
    const session = await this.#sessionOf(visit);
    return session ? await this.#within(session, visit, handler) : askToSignIn(visit);
  }

  /** Lets who came by a link have a place of its tree answered. */
  readonly #enterTree: TreeEntrance = async (visit, session, answer) => {
    return await this.#within(session, visit, (call) => answer(call, this.answerTree));
  };

  /** Lets a handler answer in a session. */
  async #within(session: WebSession, visit: WebVisit, handler: WebHandler): Promise<Response> {
    if (session.requestCount >= MOST_REQUESTS) throw tooManyRequests();
    const running = session.begin(visit.request.method);
    try {
      const signal = AbortSignal.any([visit.signal, session.ended]);
      shareProgress(visit.signal, signal);
      return await handler({ ...visit, signal, path: ROOT, isDirectoryForm: true, base: "", session });
    } catch (error) {
      if (session.ended.aborted) throw session.credential === "link" ? noLink() : signInNeeded();
      if (!(error instanceof HttpError) && !visit.signal.aborted) session.reportFailure(error);
      const refusal = httpErrorOf(error);
      if (refusal) throw refusal;
      throw new HttpError(FAILED, { cause: error });
    } finally {
      running[Symbol.dispose]();
    }
  }

  async #sessionOf(visit: WebVisit): Promise<WebSession | undefined> {
    const { request, services: { sessions } } = visit;
    const credentials = basicCredentialsOf(request);
    if (credentials) return await sessions.byCredentials(credentials, visit).catch(withChallenge(request));
    const token = tokenOf(request, visit);
    const session = token === undefined ? undefined : await sessions.byToken(token, visit);
    return session ?? await sessions.anonymous(visit);
  }

  /** What nobody foresaw is told to the operator, and to the client that it happened. */
  #unforeseen(error: unknown, { signal }: Request): HttpError {
    if (!signal.aborted) {
      this.#services().office.report({ kind: "error", message: "Cannot answer a request", error });
    }
    return new HttpError(FAILED, { cause: error });
  }
}

const FAILED = { status: 500, code: "failed", message: "The server has failed to answer" } as const;

/** A program that showed wrong credentials is asked again; a browser would ask with a window of its own. */
function withChallenge(request: Request): (error: unknown) => never {
  return (error) => {
    const isWrong = error instanceof HttpError && error.status === 401;
    if (!isWrong || isBrowser(request)) throw error;
    throw new HttpError({
      ...error,
      message: error.message,
      headers: { "WWW-Authenticate": BASIC_CHALLENGE },
    });
  };
}

/** Browsers that show a page get the form, programs the challenge; the page itself asks by its own form. */
function askToSignIn(visit: WebVisit): Response {
  const { request, rawPath, url } = visit;
  const hasCookie = tokenOf(request, visit) !== undefined;
  const headers: Record<string, string> = hasCookie ? { "Set-Cookie": dropCookie(visit) } : {};
  const isPage = (request.method === "GET" || request.method === "HEAD") && wantsHtml(request);
  if (!isPage) {
    throw signInNeeded(isBrowser(request) ? headers : { ...headers, "WWW-Authenticate": BASIC_CHALLENGE });
  }
  const to = encodeURIComponent(rawPath + url.search);
  return new Response(null, {
    status: 303,
    headers: { ...headers, "Location": `/~/sign-in?to=${to}`, "Cache-Control": "no-store" },
  });
}

/**
 * The host and port that a request was sent to.
 *
 * @throws {HttpError} 400 where it is written wrongly.
 */
function hostOf({ headers, url }: Request): string {
  // HTTP/2 has it in the address alone. RFC 9113 §8.3.1.
  const host = headers.get("host") ?? /^[a-z]+:\/\/([^/?#]*)/.exec(url)?.[1] ?? "";
  if (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i.test(host)) return host;
  throw new HttpError({ status: 400, code: "bad-request", message: "The host is written wrongly" });
}

/** Where the operator names the hosts, nobody is answered who asks for another. RFC 9110 §15.5.20. */
function refuseOtherHost(host: string, { options: { hostNames, masqueradeAddress } }: WebServices): void {
  if (hostNames.length === 0) return;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const isAddress = /^(?:\[.*\]|[\d.]+|localhost)$/.test(name);
  const isKnown = [...hostNames, masqueradeAddress].some((known) => parseHostName(known) === name);
  if (!isAddress && !isKnown) {
    throw new HttpError({ status: 421, code: "bad-request", message: "This server does not have that name" });
  }
}

function treeHandler(routes: readonly TreeRoute[], call: WebCall): WebHandler {
  const form = call.isDirectoryForm ? "directory" : "file";
  const here = routes.filter((route) =>
    (route.form === undefined || route.form === form) &&
    (route.query === undefined || call.url.searchParams.has(route.query))
  );
  const method = methodOf(call.request);
  const route = here.find((route) => route.method === method);
  if (route) return route.handler;
  throw notAllowed(here.map((route) => route.method));
}

function programRoute(
  routes: readonly ProgramRoute[],
  asked: string,
  place: string,
): { readonly route: ProgramRoute; readonly rest: string } {
  const here = routes.filter((route) =>
    route.place.endsWith("/") ? place.startsWith(route.place) : place === route.place
  );
  if (here.length === 0) {
    throw new HttpError({ status: 404, code: "not-found", message: "There is nothing at this address" });
  }
  const method = asked === "HEAD" ? "GET" : asked;
  const route = here.find((route) => route.method === method);
  if (!route) throw notAllowed(here.map((route) => route.method));
  return { route, rest: place.slice(route.place.length) };
}

function methodOf({ method }: Request): string {
  return method === "HEAD" ? "GET" : method;
}

function notAllowed(methods: readonly string[]): HttpError {
  const all = methods.includes("GET") ? [...methods, "HEAD"] : methods;
  return new HttpError({
    status: 405,
    code: "method",
    message: "This cannot be done here",
    headers: { "Allow": [...new Set(all)].join(", ") },
  });
}

function tooManyRequests(): HttpError {
  return new HttpError({
    status: 429,
    code: "limit",
    message: `Too many requests: a session may have ${MOST_REQUESTS} at once`,
    headers: { "Retry-After": "1" },
  });
}
