import { h } from 'preact';
import { stripControlCharacters } from '../text/strip-control-characters.ts';
import { renderStill } from './render-document.tsx';
import { type RunTab, RunTabs } from './run-tabs.tsx';

interface TextPage {
  version: string;
  run: string;
  /** Null for a page that has no tab. */
  tab: RunTab | null;
  /** The goal of the run. */
  title: string;
  heading: string;
  /** A text that was rendered to safe HTML. */
  html?: string;
  /** A text to show as it is. */
  plain?: string;
}

/** A page with one text about a run. */
export function renderText({ version, run, tab, title, heading, html, plain }: TextPage): string {
  const goal = stripControlCharacters(title);
  return renderStill(
    `${heading} · ${goal}`,
    version,
    <div class="run">
      <header class="head">
        <h1>{heading}</h1>
        <p class="facts-line">
          <a href={`/runs/${run}`}>{goal}</a> <code>{run}</code>
        </p>
        <RunTabs run={run} current={tab} />
      </header>
      {html !== undefined && <article class="prose" dangerouslySetInnerHTML={{ __html: html }} />}
      {plain === '' && <p class="empty">Nothing was printed.</p>}
      {plain && <pre class="output">{plain}</pre>}
    </div>,
  );
}

/** A page that cannot be shown. */
export function renderProblem(version: string, message: string): string {
  return renderStill(
    'Not found',
    version,
    <div class="empty">
      <h1>This cannot be shown</h1>
      <p>{message}</p>
      <p>
        <a href="/">All runs</a>
      </p>
    </div>,
  );
}

/** The form for the token. @param to where it leads @param problem what was wrong with the last one */
export function renderLogin(version: string, to: string, problem: string | null): string {
  return renderStill(
    'Sign in',
    version,
    <div class="login">
      <h1>Sign in</h1>
      <p>
        <code>swarm serve</code> printed a link that signs you in, and{' '}
        <code>swarm serve --link</code> prints it again. Or enter the token:
      </p>
      {problem !== null && <p role="alert">{problem}</p>}
      <form method="post" action="/login">
        <input type="hidden" name="to" value={to} />
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="current-password"
          required={true}
        />
        <button type="submit" class="main">
          Sign in
        </button>
      </form>
    </div>,
  );
}
