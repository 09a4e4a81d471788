/** The form to sign in with, as HTML. */

import { escapeHtml } from "./html.ts";

/** What it shows. */
export interface SignInFormOptions {
  /** Where to go after. */
  readonly to: string;
  /** The name that was typed. */
  readonly name?: string;
  /** What was wrong with it. */
  readonly problem?: string;
}

/** The page. */
export function signInForm({ to, name = "", problem }: SignInFormOptions): string {
  const alert = problem === undefined ? "" : `<p role="alert">${escapeHtml(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title>
</head>
<body>
<main>
<h1>Sign in</h1>
${alert}
<form method="post" action="/~/sign-in">
<input type="hidden" name="to" value="${escapeHtml(to)}">
<p><label>Account <input name="user" value="${
    escapeHtml(name)
  }" autocomplete="username" autocapitalize="none" required autofocus></label></p>
<p><label>Password <input name="password" type="password" autocomplete="current-password"></label></p>
<p><label>Code, where the account has one <input name="code" inputmode="numeric" autocomplete="one-time-code"></label></p>
<p><button>Sign in</button></p>
</form>
</main>
</body>
</html>
`;
}
