import { expect, test } from 'claude-code/testing';
import { fakeClient } from './fake-client.ts';
import { makeEntry, makeLine, makeStatus, openFiles } from './sample-status.ts';

/** When the module subscribes to runs, and when it shows itself. */

const running = makeStatus([makeEntry('tokens')]);
const lines = [makeLine(running)];
const START = { cwd: '/repo', surface: 'terminal', isInteractive: true };
const WATCH = [['watch', '--all', '--json', '--of-session']];

test('has the client watch for runs and subscribes when one appears', async ($, on) => {
  const files: Record<string, string> = {};
  const client = fakeClient(on, { files, lines });
  on('classic.SessionStart', () => ({ watchPaths: ['/else'] }));
  on('classic.FileChanged', () => ({}));
  const { watchPaths } = await $.classic.SessionStart({ source: 'startup', cwd: '/repo' });
  expect(watchPaths).toEqual(['/else', '/repo/.swarm']);

  Object.assign(files, openFiles(running));
  const again = await $.classic.SessionStart({ source: 'clear', cwd: '/repo' });
  expect(again.watchPaths).toEqual(['/else', '/repo/.swarm/open']);
  client.asked.length = 0;
  await $.classic.FileChanged({ file_path: '/repo/src/x.ts', event: 'add' });
  expect(client.asked).toEqual([]);
  await $.classic.FileChanged({ file_path: `/repo/.swarm/open/${running.run}`, event: 'add' });
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
  expect(client.opened).toEqual(['swarm']);
});

test('looks for runs after an agent is launched', async ($, on) => {
  const files: Record<string, string> = {};
  const client = fakeClient(on, { files, lines });
  on('agent.spawn', () => ({ model: 'a-model', agentId: 'a-tokens' }));
  await $.session.start(START);
  Object.assign(files, openFiles(running));
  await $.agent.spawn({ prompt: 'swarm:x', description: 'd', subagentType: 'swarm-worker' });
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
});

test('does not subscribe in a session without an interface', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines, surfaces: [] });
  on('classic.SessionStart', () => ({}));
  on('turn.complete', (_, event: { text: string }) => ({ text: event.text }));
  expect(await $.classic.SessionStart({ source: 'startup', cwd: '/repo' })).toEqual({});
  await $.session.start({ ...START, isInteractive: false });
  await $.turn.complete({ text: 'done', reason: 'answered' });
  expect(client.spawned).toEqual([]);
});

test('looks for runs at the end of a turn if the client watches no files', async ($, on) => {
  const files: Record<string, string> = {};
  const client = fakeClient(on, { files, lines });
  on('turn.complete', (_, event: { text: string }) => ({ text: event.text }));
  await $.session.start(START);
  Object.assign(files, openFiles(running));
  await $.turn.complete({ text: 'done', reason: 'answered' });
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
});

test('looks again after a failed attempt', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines, failingLooks: 1 });
  on('turn.complete', (_, event: { text: string }) => ({ text: event.text }));
  await $.session.start(START);
  expect(client.spawned).toEqual([]);
  await $.turn.complete({ text: 'done', reason: 'answered' });
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
});

test('starts a single process for all runs', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines });
  on('classic.FileChanged', () => ({}));
  await $.session.start(START);
  await $.classic.FileChanged({ file_path: `/repo/.swarm/open/${running.run}`, event: 'change' });
  await $.session.start(START);
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
});

test('does not show a run that ended before it was first seen', async ($, on) => {
  const earlier = makeStatus([makeEntry('old')], {
    run: '20261121-101010-000001',
    status: 'failed',
    endedAt: '2026-11-21T10:11:00.000Z',
  });
  const client = fakeClient(on, {
    files: openFiles(running),
    lines: [makeLine(earlier), makeLine(running)],
  });
  await $.session.start(START);
  await client.clock.settle();
  const pane = await $.ui.mount({
    ...BAND,
    component: 'Pane',
    requestId: 'swarm',
    props: { ...BAND.props, title: 'Swarm', isFocused: true, placement: 'dock' },
  });
  expect(await pane.find({ key: 'next' })).toBeUndefined();
});

const BAND = {
  plugin: 'swarm-parallel',
  surface: 'terminal',
  component: 'AbovePrompt',
  props: {
    hasSurvey: false,
    isCollapsed: false,
    isWorking: false,
    maxRows: 10,
    bodyColumns: 90,
    scroll: { offset: 0, bodyRows: 9 },
    view: {},
  },
} as const;

test('shows the run above the prompt if the client does not place the pane', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines, isPlaced: false });
  await $.session.start(START);
  await client.clock.settle();
  const band = await $.ui.mount(BAND);
  const line = await band.find({ type: 'Text' });
  expect(line?.text).toBe('swarm ◐ working: 0 of 1 task completed, 1 working, 1m 02s');
  await band.press({ key: 'show' });
  expect(client.opened).toEqual(['swarm', 'swarm']);
});

test('shows nothing above the prompt while the pane is placed', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines });
  await $.session.start(START);
  await client.clock.settle();
  const band = await $.ui.mount(BAND);
  expect(await band.find({ key: 'show' })).toBeUndefined();
});

const COMMAND = {
  command: 'swarm-parallel:swarm-status',
  args: '',
  origin: { kind: 'composer' },
  presentation: { isFullscreen: true, columns: 120 },
};

test('/swarm and /swarm-status open a closed pane again without asking the model', async ($, on) => {
  const client = fakeClient(on, { files: openFiles(running), lines });
  const closed: string[] = [];
  on('ui.close', (_, { id }: { id: string }) => {
    closed.push(id);
    return { value: undefined };
  });
  on('command.run', () => ({ text: 'the model was asked' }));
  await $.session.start(START);
  await client.clock.settle();
  const pane = await $.ui.mount({
    ...BAND,
    component: 'Pane',
    requestId: 'swarm',
    props: { ...BAND.props, title: 'Swarm', isFocused: true, placement: 'dock' },
  });
  await pane.press({ key: 'close' });
  expect(closed).toEqual(['swarm']);
  expect(client.opened).toEqual(['swarm']);

  expect(await $.command.run(COMMAND)).toMatchObject({ text: 'The swarm pane is open.' });
  expect(client.opened).toEqual(['swarm', 'swarm']);
  const bare = { ...COMMAND, command: 'swarm-parallel:swarm' };
  expect(await $.command.run(bare)).toMatchObject({ text: 'The swarm pane is open.' });
  expect(client.opened).toEqual(['swarm', 'swarm', 'swarm']);
});

test('/swarm-status is left to the model without an active run or with a named one', async ($, on) => {
  const client = fakeClient(on, { files: {}, lines: [] });
  on('command.run', () => ({ text: 'the model was asked' }));
  await $.session.start(START);
  expect(await $.command.run(COMMAND)).toMatchObject({ text: 'the model was asked' });
  const named = { ...COMMAND, args: running.run };
  expect(await $.command.run(named)).toMatchObject({ text: 'the model was asked' });
  expect(client.opened).toEqual([]);
});

test('subscribes to a run without a status document, which is then written again', async ($, on) => {
  const files = {
    [`/repo/.swarm/open/${running.run}`]: '',
    [`/repo/.swarm/runs/${running.run}/ledger.jsonl`]: '{}',
  };
  const client = fakeClient(on, { files, lines });
  await $.session.start(START);
  await client.clock.settle();
  expect(client.spawned).toEqual(WATCH);
});

const LIMIT = { kind: 'five_hour', percentUsed: 96, resetsAt: '2026-11-22T20:00:00.000Z' };
const measured = (rateLimits: readonly object[]) => ({
  context: {},
  rateLimits,
  changed: ['cost'],
});

test('passes on what agents cost and how much of a limit is used, each change once', async ($, on) => {
  const agents = [{ id: 'a1', cost: { usd: 0.5 } }, { id: 'a2' }];
  const client = fakeClient(on, { files: openFiles(running), lines, agents });
  on('session.measure', (_, event: { changed: string[] }) => ({ changed: event.changed }));
  await $.session.start(START);
  for (const limits of [[LIMIT], [LIMIT], []]) await $.session.measure(measured(limits));
  await client.clock.settle();

  const texts = client.ran.flatMap(([command, text]) =>
    command === 'measure' ? [text ?? ''] : [],
  );
  const { kind: _, ...limit } = LIMIT;
  expect(texts.map((text) => JSON.parse(text))).toEqual([
    { agents: [{ id: 'a1', usd: 0.5 }], limits: [limit] },
    { agents: [{ id: 'a1', usd: 0.5 }], limits: [] },
  ]);
});

test('passes on nothing without an unfinished run', async ($, on) => {
  const client = fakeClient(on, { files: {}, lines: [], agents: [{ id: 'a1', cost: { usd: 1 } }] });
  on('session.measure', (_, event: { changed: string[] }) => ({ changed: event.changed }));
  await $.session.start(START);
  await $.session.measure(measured([LIMIT]));
  await client.clock.settle();

  expect(client.ran).toEqual([]);
});

test('asks what agents cost while they work if the run has a budget in dollars', async ($, on) => {
  const agents = [{ id: 'a1', cost: { usd: 0.5 } }];
  const limited = { ...running, budget: { usd: 5, tokens: null, spent: null } };
  const client = fakeClient(on, { files: openFiles(limited), lines: [makeLine(limited)], agents });
  await $.session.start(START);
  await client.clock.settle();
  await client.clock.advance(16_000);
  await client.clock.settle();

  expect(client.ran.map(([command]) => command)).toEqual(['measure']);
});
