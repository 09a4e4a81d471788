/** The form for the password of a share link, as HTML; it works without JavaScript. */

import { escapeHtml } from "./html.ts";

/** What it shows. */
export interface LinkFormOptions {
  /** Where it is sent. */
  readonly action: string;
  /** What was wrong with what was typed. */
  readonly problem: string | undefined;
}

/** The page. */
export function linkForm({ action, problem }: LinkFormOptions): string {
  const alert = problem === undefined ? "" : `<p role="alert">${escapeHtml(problem)}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Shared files</title>
</head>
<body>
<main>
<h1>Shared files</h1>
${alert}
<form method="post" action="${escapeHtml(action)}">
<p><label>Password <input name="password" type="password" autocomplete="off" required autofocus></label></p>
<p><button>Open</button></p>
</form>
</main>
</body>
</html>
`;
}
