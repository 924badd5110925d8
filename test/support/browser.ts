import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { registerCleanUp } from './clean-up.ts';
import { HUB_TOKEN } from './hub-process.ts';

const PROGRAMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** @throws when there is none on this machine */
function findChromium(): string {
  const found = [process.env.SWARM_TEST_CHROMIUM ?? '', ...PROGRAMS].find(existsSync);
  if (found) return found;
  throw new Error('expected Chromium: install it (Debian: chromium) or set SWARM_TEST_CHROMIUM');
}

/** A Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  const forget = registerCleanUp(() => browser.close());
  browser.once('disconnected', forget);
  return browser;
}

export interface HubPage extends AsyncDisposable {
  page: Page;
  /** What the browser complained about, such as a violation of the page's policy. */
  complaints: string[];
}

/** Opens a page of the hub, signed in by the link. */
export async function openPage(
  browser: Browser,
  url: string,
  path: string,
  options: BrowserContextOptions = {},
): Promise<HubPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => void complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(`${url}/login?token=${HUB_TOKEN}&to=${encodeURIComponent(path)}`);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

interface AxeWindow {
  axe: {
    run(): Promise<{
      violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
    }>;
  };
}

/** What axe finds wrong with the accessibility of a page. */
export async function findBarriers(page: Page): Promise<string[]> {
  // The page's policy forbids scripts of others, but not those of the browser's own tools.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as AxeWindow).axe.run());
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}
