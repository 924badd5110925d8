import { type ComponentChildren, h } from 'preact';

interface DocumentProps {
  title: string;
  version: string;
  /** The page of the bar at the top that this is; null for any other. */
  current: 'runs' | 'triggers' | null;
  /** What the page is drawn from, for a page that stays up to date; null for any other. */
  json: string | null;
  children: ComponentChildren;
}

/** The frame of every page. It has no inline script and no inline style. */
export function Document({ title, version, current, json, children }: DocumentProps) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href={`/assets/style.css?v=${version}`} />
        {json !== null && <script type="module" src={`/assets/web.js?v=${version}`} />}
      </head>
      <body>
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <header class="bar">
          <a class="home" href="/">
            <img src="/assets/icon.svg" alt="" width="18" height="18" />
            swarm
          </a>
          <nav aria-label="Pages">
            <a href="/" aria-current={current === 'runs' ? 'page' : undefined}>
              Runs
            </a>
            <a href="/triggers" aria-current={current === 'triggers' ? 'page' : undefined}>
              Triggers
            </a>
          </nav>
          <span id="connection" role="status" />
        </header>
        <main id="content">{children}</main>
        <div id="notice" role="status" aria-live="polite" />
        {json !== null && (
          <script id="data" type="application/json" dangerouslySetInnerHTML={{ __html: json }} />
        )}
      </body>
    </html>
  );
}
