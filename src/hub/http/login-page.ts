import { html } from 'hono/html';

/** The form for the token. @param to where it leads @param problem what was wrong with the last one */
export function renderLogin(to: string, problem: string | null) {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sign in · swarm</title>
    <link rel="stylesheet" href="/assets/page.css">
  </head>
  <body class="login">
    <main>
      <h1>swarm</h1>
      <p><code>swarm serve</code> printed a link that signs you in. <code>swarm serve --link</code> prints it again. Or enter the token:</p>
      ${problem === null ? '' : html`<p role="alert">${problem}</p>`}
      <form method="post" action="/login">
        <input type="hidden" name="to" value="${to}">
        <label for="token">Token</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
        <button>Sign in</button>
      </form>
    </main>
  </body>
</html>`;
}
