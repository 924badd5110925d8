import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { identifyProcess } from '../../../src/platform/process/process-identity.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { findBarriers, openPage, startBrowser } from '../../support/browser.ts';
import { fakeClient } from '../../support/fake-client.ts';
import { HUB_TOKEN, type HubProcess, whenServing } from '../../support/hub-process.ts';
import { COMPLETED, FAILED, WORKING, writeSampleRuns } from '../../support/sample-hub.ts';
import { makeStage, type RunStage } from '../../support/swarm-run.ts';
import { waitUntil } from '../../support/wait-until.ts';

/** The pages of the hub in a real browser. */

const PLAN = `---
goal: Watch a run
tasks:
  - {id: one, title: Do the first thing}
  - {id: two, title: Do the second thing, needs: [one]}
---

## one
Say something.

## two
Say something else.
`;
const WAITS = `setInterval(() => require('node:fs').existsSync('go') && (report('done'), process.exit(0)), 20);`;
const FAILS_ONCE = `if (attempt() > 1) { report('fine now'); process.exit(0); }
say({ type: 'result', subtype: 'success', is_error: true, result: 'API Error: 400 no' }); process.exit(1);`;

let browser: Browser;
let stage: RunStage;
let hub: HubProcess;

beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  stage = await makeStage({
    plan: PLAN,
    fakeClient: fakeClient({ one: WAITS, two: FAILS_ONCE }),
    env: { SWARM_HUB_TOKEN: HUB_TOKEN },
  });
  writeSampleRuns(stage.repo.path, Date.now(), identifyProcess(process.pid));
  hub = await whenServing(stage.start('serve', '--port', '0', '--json'));
});
afterEach(async () => {
  expect(await hub.end()).toBe(0);
  await stage[Symbol.asyncDispose]();
});

const open = (path: string, options = {}) => openPage(browser, hub.url, path, options);
const stateOf = (run: string) => loadRun(runPaths(stage.repo.path, run)).state;

const PAGE_OF_RUN = `/runs/${WORKING}`;
const PAGES = [
  '/',
  PAGE_OF_RUN,
  ...['/timeline', '/summary', '/log', '/tasks/routes/report'].map((part) => PAGE_OF_RUN + part),
  '/triggers',
  `/runs/${FAILED}`,
  `/runs/${COMPLETED}`,
  '/runs/20261128-131000-999zzz',
];

it('shows a run from start to end, and retries what failed', async () => {
  await using opened = await open('/');
  const { page, complaints } = opened;
  const started = stage.start('run', 'plan.md');
  await page.getByRole('link', { name: 'Watch a run' }).click();
  const one = page.locator('#task-one');
  await one.getByText('working', { exact: true }).waitFor();
  stage.write('go', '');
  await one.getByText('completed', { exact: true }).waitFor();
  await page.locator('.head').getByText('failed', { exact: true }).waitFor();
  expect((await started.ended).code).toBe(1);
  expect(await page.title()).toBe('✖ Watch a run · swarm');
  await page.getByRole('button', { name: 'Retry 1 task' }).click();
  await page.locator('.head').getByText('completed', { exact: true }).waitFor();
  expect(await page.title()).toBe('✔ Watch a run · swarm');
  await page.locator('#task-two summary').first().click();
  await page.locator('#task-two').getByRole('link', { name: 'Report' }).click();
  await page.getByText('fine now').waitFor();
  expect(complaints).toEqual([]);
});

it('has a gate approved, whole and once, and records from where', async () => {
  await using opened = await open(`/runs/${WORKING}`);
  const { page, complaints } = opened;
  const gate = page.getByRole('article', { name: /release wants to run/ });
  expect(await gate.locator('pre').textContent()).toBe(
    'git push --force-with-lease origin release/1.4.2 && npm publish --access public --tag latest',
  );
  await gate.getByRole('button', { name: /Approve/ }).click();
  await gate.waitFor({ state: 'detached' });
  expect(stateOf(WORKING).gates.get('gate-release')).toMatchObject({
    status: 'approved',
    decidedBy: 'the page from 127.0.0.1',
  });
  expect(complaints).toEqual([]);
});

it('can be used with the keyboard alone', async () => {
  await using opened = await open(`/runs/${FAILED}`);
  const { page } = opened;
  const focused = () =>
    page.evaluate(
      '(document.activeElement.ariaLabel || document.activeElement.textContent).trim()',
    );
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab');
      if (name.test(String(await focused()))) return;
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await tabTo(/^Skip to the content$/);
  await tabTo(/client/);
  await page.keyboard.press('Enter');
  await tabTo(/^Retry client$/);
  await page.keyboard.press('Enter');
  await waitUntil(() => stateOf(FAILED).tasks.get('client')?.retryRequestedAfter === 1);
  await tabTo(/^Cancel client…$/);
  await page.keyboard.press('Enter');
  await page.getByText('Cancel client? Its agent').waitFor();
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('Cancel client…');
  await page.keyboard.press('Enter');
  await tabTo(/^Yes, cancel client$/);
  await page.keyboard.press('Enter');
  await waitUntil(() => stateOf(FAILED).tasks.get('client')?.cancelRequestedAt);
});

it('has no barrier that axe finds, and breaks no rule of its own policy', async () => {
  const looks = [
    ...[
      '/',
      '/triggers',
      PAGE_OF_RUN,
      `/runs/${COMPLETED}`,
      `${PAGE_OF_RUN}/timeline`,
      `${PAGE_OF_RUN}/tasks/routes/report`,
    ].map((path) => ({ path, colorScheme: 'light' as const })),
    { path: PAGE_OF_RUN, colorScheme: 'dark' as const },
    { path: '/login', colorScheme: 'dark' as const },
  ];
  for (const { path, colorScheme } of looks) {
    await using opened = await open(path, { colorScheme });
    const { page, complaints } = opened;
    for (const summary of await page.locator('.task > summary').all()) await summary.click();
    expect(await findBarriers(page), path).toEqual([]);
    expect(complaints, path).toEqual([]);
  }
});

it('fits a phone', async () => {
  const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
  for (const path of PAGES) {
    await using opened = await open(path, phone);
    const { page } = opened;
    for (const summary of await page.locator('.task > summary').all()) await summary.click();
    expect(await page.evaluate('document.documentElement.scrollWidth'), path).toBe(360);
  }
});

it('can be read without JavaScript', async () => {
  await using opened = await open('/', { javaScriptEnabled: false });
  const { page } = opened;
  await page.getByRole('link', { name: /Audit the auth layer/ }).click();
  await page.locator('#task-tokens > summary').click();
  await page.getByText('the algorithm of the session token is not pinned').last().waitFor();
  await page.getByRole('link', { name: 'Summary' }).click();
  await page.getByText('Three of 30 routes have no check.').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: /Deny/ }).click();
  await page.getByText('a person denied').first().waitFor();
});

it('shows what an agent wrote as text, and follows only links to web pages', async () => {
  await using opened = await open(`/runs/${WORKING}/tasks/routes/report`);
  const { page } = opened;
  expect(await page.locator('.prose script, .prose img').count()).toBe(0);
  await page.getByText('<script>alert(1)</script>').waitFor();
  const links = await page.locator('.prose a').all();
  expect(await Promise.all(links.map((link) => link.getAttribute('href')))).toEqual([
    'https://example.com/notes',
  ]);
});

it('is reached by a link on a page elsewhere, if the browser is signed in', async () => {
  await using opened = await open('/');
  const { page } = opened;
  const elsewhere = `data:text/html,<a href="${hub.url}/runs/${WORKING}">open</a>`;
  await page.goto(elsewhere);
  await page.getByText('open').click();
  await page.getByRole('heading', { name: /Audit the auth layer/ }).waitFor();
});
