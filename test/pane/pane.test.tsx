import { expect, type Mounted, type On, type TestEngine, test } from 'claude-code/testing';
import type { StatusDocument } from '../../src/run/status-schema.ts';
import { type FakeClient, fakeClient } from './fake-client.ts';
import {
  completed,
  DIR,
  failed,
  makeEntry,
  makeLine,
  makeStatus,
  openFiles,
  pending,
  waiting,
} from './sample-status.ts';

const SURFACES = ['terminal', 'desktop', 'vscode', 'mobile'] as const;
const WIDTHS = [8, 20, 40, 71, 160];

const running = makeStatus([
  completed('routes'),
  makeEntry('tokens'),
  pending('report', 'routes', 'tokens'),
]);

/** Starts a session in which the module receives these states. */
async function follow(
  $: TestEngine,
  on: On,
  states: readonly StatusDocument[],
  more: object = {},
): Promise<FakeClient> {
  const last = states.at(-1) as StatusDocument;
  const client = fakeClient(on, {
    files: openFiles(last.endedAt ? { ...last, endedAt: null } : last),
    lines: states.map((status) => makeLine(status)),
    ...more,
  });
  await $.session.start({ cwd: '/repo', surface: 'terminal', isInteractive: true });
  // The states come from a process, so they arrive only after the start.
  await client.clock.settle();
  return client;
}

/** The row of an agent in the client's list, as the client requests it. */
function mountRow(
  $: TestEngine,
  surface: (typeof SURFACES)[number],
  more: object,
): Promise<Mounted> {
  return $.ui.mount({
    plugin: 'swarm-parallel',
    surface,
    component: 'AgentRow',
    props: { id: 'a-tokens', rowIds: ['a-tokens'], isHidden: false, ...AGENT, ...more },
  });
}

const AGENT = {
  description: 'Work on tokens',
  type: 'swarm-worker',
  status: 'running',
  kind: 'local_agent',
  taskStatus: 'running',
  label: 'Work on tokens',
  startTime: 0,
  cwd: '/repo',
  tokenCount: 0,
  tokenSamples: [],
  hasRow: true,
};

function mountPane(
  $: TestEngine,
  surface: (typeof SURFACES)[number],
  bodyColumns = 71,
  bodyRows = 30,
): Promise<Mounted> {
  return $.ui.mount({
    plugin: 'swarm-parallel',
    surface,
    component: 'Pane',
    requestId: 'swarm',
    props: {
      title: 'Swarm',
      isFocused: false,
      bodyColumns,
      placement: 'dock',
      scroll: { offset: 0, bodyRows },
      view: {},
    },
  });
}

/** Everything that is drawn, as one text. */
async function textOf(ui: Mounted): Promise<string> {
  const texts = await ui.findAll({ type: 'Text' });
  const buttons = await ui.findAll({ type: 'Button' });
  return [...texts, ...buttons].map(({ text }) => text).join('\n');
}

test('draws goal, outcome and tasks by wave on every surface', async ($, on) => {
  const client = await follow($, on, [running]);
  expect(client.opened).toEqual(['swarm']);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    const text = await textOf(ui);
    expect(text).toContain('Audit the auth layer');
    expect(text).toContain(
      '◐ working: 1 of 3 tasks completed (unverified), 1 pending, 1 working, 1m 02s',
    );
    expect(text).toContain('Wave 1: 1 of 2 completed');
    expect(text).toContain('Wave 2: 0 of 1 completed');
    expect(text).toContain('✔ routes ██████████ 100%');
    expect(text).toContain('1m 02s of 10m  read 12 of 30 files');
    expect(text).toContain('needs routes, tokens');
    await ui.unmount();
  }
});

test('draws, reads and starts nothing without an active run', async ($, on) => {
  const client = fakeClient(on, { files: {}, lines: [] });
  await $.session.start({ cwd: '/repo', surface: 'terminal', isInteractive: true });
  expect(client).toMatchObject({
    ran: [],
    spawned: [],
    toasts: [],
    opened: [],
    prompts: [],
    asked: ['/repo/.swarm/open'],
  });
});

test('starts nothing in a session without an interface, even if a run is active', async ($, on) => {
  const client = fakeClient(on, {
    files: openFiles(running),
    lines: [makeLine(running)],
    surfaces: [],
  });
  await $.session.start({ cwd: '/repo', surface: 'terminal', isInteractive: false });
  await client.clock.settle();
  expect(client.spawned).toEqual([]);
  expect(client.opened).toEqual([]);
});

test('does not subscribe to runs that have ended', async ($, on) => {
  const over = makeStatus([completed('routes')], {
    status: 'completed',
    endedAt: '2026-11-22T18:15:42.000Z',
  });
  const client = fakeClient(on, { files: openFiles(over), lines: [] });
  await $.session.start({ cwd: '/repo', surface: 'terminal', isInteractive: true });
  expect(client.spawned).toEqual([]);
});

test('says that no run is active', async ($, on) => {
  fakeClient(on, { files: {}, lines: [] });
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    expect(await textOf(ui)).toBe('No swarm run is active.');
    await ui.unmount();
  }
});

test('lists failures with their reasons above the waves and retries them', async ($, on) => {
  const status = makeStatus([failed('advisories'), makeEntry('tokens')]);
  const client = await follow($, on, [status]);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    expect(await ui.find({ type: 'Text', text: 'Failed' })).toBeDefined();
    const reason = await ui.find({
      type: 'Text',
      text: /^✖ advisories fatal: HTTP 400: bad thing$/,
    });
    expect(reason?.props.color).toBe('error');
    await ui.press({ key: 'top:retry:advisories' });
    await ui.unmount();
  }
  const expected = ['retry', `${status.run}/advisories`];
  expect(client.ran).toEqual([expected, expected, expected, expected]);
  // Only Claude can launch a task of this session's run, so it receives the output.
  expect(client.prompts).toEqual(['noted', 'noted', 'noted', 'noted']);
});

test('approves and denies a task that is waiting for approval', async ($, on) => {
  const status = makeStatus([waiting('publish'), makeEntry('tokens')]);
  const client = await follow($, on, [status]);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    expect(await ui.find({ type: 'Text', text: 'Waiting for approval' })).toBeDefined();
    expect(await ui.find({ type: 'Text', text: '? publish publish the package' })).toBeDefined();
    await ui.press({ key: 'top:approve:publish' });
    await ui.press({ key: 'top:deny:publish' });
    await ui.unmount();
  }
  expect(client.ran.slice(0, 2)).toEqual([
    ['approve', `${status.run}/publish`],
    ['deny', `${status.run}/publish`],
  ]);
  expect(client.toasts).toContain('noted');
});

test('offers approval only for a task that is waiting for it', async ($, on) => {
  await follow($, on, [makeStatus([makeEntry('tokens'), failed('advisories')])]);
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:tokens' });
  expect(await ui.findAll({ type: 'Button', text: /approve|deny/ })).toEqual([]);
});

test('asks for confirmation before cancelling a task or the run', async ($, on) => {
  const client = await follow($, on, [running]);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    await ui.press({ key: 'task:tokens' });
    await ui.press({ key: 'row:cancel:tokens' });
    expect(await ui.find({ type: 'Text', text: 'Cancel tokens?' })).toBeDefined();
    await ui.press({ key: 'leave' });
    expect(await ui.find({ key: 'leave' })).toBeUndefined();
    expect(client.ran).toEqual([]);

    await ui.press({ key: 'row:cancel:tokens' });
    await ui.press({ key: 'confirm' });
    expect(client.ran.splice(0)).toEqual([['cancel', `${running.run}/tokens`]]);

    await ui.press({ key: 'cancel' });
    expect(await ui.find({ type: 'Text', text: 'Cancel the whole run?' })).toBeDefined();
    await ui.press({ key: 'confirm' });
    expect(client.ran.splice(0)).toEqual([['cancel', running.run]]);
    await ui.press({ key: 'task:tokens' });
    await ui.unmount();
  }
});

test('shows why a command failed', async ($, on) => {
  const answer = { exitCode: 2, stdout: '', stderr: 'swarm: task "tokens" is completed\n' };
  const client = await follow($, on, [running], { answer });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'cancel' });
  await ui.press({ key: 'confirm' });
  expect(client.toasts).toEqual(['swarm: task "tokens" is completed']);
});

test('shows a report and the summary in the pane', async ($, on) => {
  const client = await follow($, on, [running], {
    files: {
      ...openFiles(running),
      [`${DIR}/results/routes.md`]: '# Report of routes\n\nAll is \u001b[31mwell.',
      [`${DIR}/SUMMARY.md`]: '# Summary of all',
    },
  });
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    await ui.press({ key: 'task:routes' });
    await ui.press({ key: 'row:report:routes' });
    const report = await ui.find({ type: 'Markdown' });
    expect(report?.text).toBe('# Report of routes\n\nAll is [31mwell.');
    // Only a terminal can open files of this machine.
    const link = await ui.find({ type: 'Link' });
    const href = surface === 'terminal' ? `file://${DIR}/results/routes.md` : undefined;
    expect(link?.props.href).toBe(href);
    await ui.press({ key: 'back' });
    await ui.press({ key: 'summary' });
    expect((await ui.find({ type: 'Markdown' }))?.text).toBe('# Summary of all');
    await ui.press({ key: 'back' });
    await ui.press({ key: 'task:routes' });
    await ui.unmount();
  }
  expect(client.toasts).toEqual([]);
});

test('shows the transcript of an agent of this session, or says why not', async ($, on) => {
  const client = await follow($, on, [running], {
    viewed: [{}, { deny: 'no agent holds the id' }],
  });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:tokens' });
  await ui.press({ key: 'row:transcript:tokens' });
  expect([client.viewed, client.toasts]).toEqual([['a-tokens'], []]);
  await ui.press({ key: 'row:transcript:tokens' });
  expect(client.toasts).toEqual(['no agent holds the id']);
  await ui.press({ key: 'task:report' });
  expect(await ui.find({ key: 'row:transcript:report' })).toBeUndefined();
});

test('offers no transcript of an agent of another session', async ($, on) => {
  await follow($, on, [running], { lines: [makeLine(running, 'another-session')] });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:tokens' });
  expect(await ui.find({ key: 'row:cancel:tokens' })).toBeDefined();
  expect(await ui.find({ key: 'row:transcript:tokens' })).toBeUndefined();
});

test('shows the start of a long report and where the rest is', async ($, on) => {
  const path = `${DIR}/results/routes.md`;
  const files = { ...openFiles(running), [path]: 'x'.repeat(70_000) };
  await follow($, on, [running], { files });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:routes' });
  await ui.press({ key: 'row:report:routes' });
  const text = (await ui.find({ type: 'Markdown' }))?.text ?? '';
  expect(text.length).toBeLessThan(66_000);
  expect(text.endsWith(`x\n\n… the rest is in ${path}`)).toBe(true);
});

test('does not read a path that leads out of the run', async ($, on) => {
  const status = makeStatus([{ ...completed('routes'), result: '../../../../etc/passwd' }]);
  const client = await follow($, on, [status], {
    files: { ...openFiles(status), [`${DIR}/../../../../etc/passwd`]: 'root' },
    realPaths: { [`${DIR}/../../../../etc/passwd`]: '/etc/passwd' },
  });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:routes' });
  await ui.press({ key: 'row:report:routes' });
  expect(await ui.find({ type: 'Markdown' })).toBeUndefined();
  expect(client.asked.filter((path) => path.includes('passwd'))).toEqual([]);
  expect(client.toasts).toEqual(["../../../../etc/passwd: expected a file in the run's directory"]);
});

test('shows a toast for a failure, a pending approval and the end', async ($, on) => {
  const states = [
    makeStatus([makeEntry('a'), makeEntry('b')]),
    makeStatus([failed('a'), makeEntry('b')]),
    makeStatus([failed('a'), waiting('b')]),
    makeStatus([failed('a'), completed('b')], {
      status: 'failed',
      endedAt: '2026-11-22T18:15:52.000Z',
    }),
  ];
  const client = await follow($, on, states);
  expect(client.toasts).toEqual([
    '✖ a failed (fatal): HTTP 400: bad thing',
    '? b waiting for approval: publish the package',
    `✖ run ${running.run} failed: 1 of 2 tasks completed (unverified), 1 failed, in 22s`,
  ]);
});

test('shows the newest of several runs first and switches between them', async ($, on) => {
  const older = makeStatus([makeEntry('old')], { run: '20261121-101010-000001', goal: 'Old goal' });
  const client = await follow($, on, [running], {
    lines: [makeLine(running), makeLine(older, 'another-session')],
  });
  expect(client.spawned).toEqual([['watch', '--all', '--json', '--of-session']]);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    expect(await ui.find({ text: 'Audit the auth layer' })).toBeDefined();
    expect(await ui.find({ text: 'Run 1 of 2' })).toBeDefined();
    expect(await ui.find({ text: 'Started outside this session.' })).toBeUndefined();
    await ui.press({ key: 'next' });
    expect(await ui.find({ text: 'Old goal' })).toBeDefined();
    expect(await ui.find({ text: 'Started outside this session.' })).toBeDefined();
    await ui.press({ key: 'next' });
    await ui.unmount();
  }
});

for (const wakes of [false, true]) {
  test(`names the schedule that started a run, ${wakes ? 'and has' : 'but does not have'} Claude read the result`, async ($, on) => {
    const startedBy = { trigger: 'schedule', name: 'review', wake: true } as const;
    const begun = makeStatus([makeEntry('a')], { startedBy });
    const over = { status: 'completed', endedAt: '2026-11-22T18:15:52.000Z' } as const;
    const end = makeLine(makeStatus([completed('a')], { startedBy, ...over }), null);
    const lines = [makeLine(begun, null), { ...end, wakes }];
    const client = await follow($, on, [begun], { lines });
    const ui = await mountPane($, 'terminal');
    expect(await ui.find({ text: 'Started by the schedule review.' })).toBeDefined();
    expect(client.prompts).toHaveLength(wakes ? 1 : 0);
    expect(client.prompts.every((text) => text.includes(`swarm summary ${begun.run}`))).toBe(true);
  });
}

test('treats a run taken over after /clear as a run of this session', async ($, on) => {
  const lines = [makeLine(running, 'before-clear'), makeLine(running, 'this-session')];
  await follow($, on, [running], { lines, sessions: ['before-clear'] });
  const ui = await mountPane($, 'terminal');
  expect(await ui.find({ text: 'Started outside this session.' })).toBeUndefined();
});

test('retries a task of another session without prompting this one', async ($, on) => {
  const status = makeStatus([failed('advisories'), makeEntry('tokens')]);
  const client = await follow($, on, [status], { lines: [makeLine(status, 'another-session')] });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'top:retry:advisories' });
  expect(client.prompts).toEqual([]);
  expect(client.toasts).toEqual(['noted']);
});

test('lists the running tasks of 200 and counts the others until unfolded', async ($, on) => {
  const tasks = Array.from({ length: 200 }, (_, index) =>
    index < 90
      ? completed(`t${index}`)
      : index < 98
        ? makeEntry(`t${index}`)
        : pending(`t${index}`),
  );
  await follow($, on, [makeStatus(tasks)]);
  for (const surface of SURFACES) {
    const ui = await mountPane($, surface);
    expect(await ui.findAll({ key: 'task:t95' })).toHaveLength(1);
    expect(await ui.findAll({ key: 'task:t5' })).toEqual([]);
    const folded = await ui.find({ type: 'Button', text: '✔ 90 completed, ○ 102 pending' });
    expect(folded).toBeDefined();
    await ui.unmount();
  }
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'unfold:Wave 1: 90 of 200 completed' });
  expect(await ui.findAll({ type: 'Button', text: /^[✔◐○] t/ })).toHaveLength(200);
});

const LONG =
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(9);

test('draws very long words at every width on every surface', async ($, on) => {
  const id = 'a-very-long-task-id-'.repeat(6).slice(0, -1);
  const status = makeStatus(
    [
      makeEntry(id, { message: LONG }),
      failed('b', LONG),
      waiting('c', `日本語${LONG}`),
      completed('d'),
    ],
    { goal: LONG },
  );
  await follow($, on, [status]);
  for (const surface of SURFACES) {
    for (const columns of WIDTHS) {
      const ui = await mountPane($, surface, columns);
      await ui.press({ key: `task:${id}` });
      expect(await ui.find({ key: `row:cancel:${id}` })).toBeDefined();
      await ui.press({ key: `task:${id}` });
      await ui.unmount();
    }
  }
});

test('leaves out the bars, then all but name and percent, when space is short', async ($, on) => {
  await follow($, on, [running]);
  const lineAt = async (columns: number) => {
    const ui = await mountPane($, 'terminal', columns);
    const [line] = await ui.findAll({ key: 'task:tokens' });
    const row = (await ui.findAll({ type: 'Text' })).map(({ text }) => text);
    await ui.unmount();
    return { line: line?.text, hasMessage: row.some((text) => text.includes('12 of 30')) };
  };
  expect(await lineAt(71)).toEqual({ line: '◐ tokens ████░░░░░░  40%', hasMessage: true });
  expect(await lineAt(48)).toEqual({ line: '◐ tokens  40%', hasMessage: true });
  expect(await lineAt(24)).toEqual({ line: '◐ tokens  40%', hasMessage: false });
});

test('labels the button of a task for screen readers', async ($, on) => {
  await follow($, on, [running]);
  const ui = await mountPane($, 'desktop');
  const button = await ui.find({ key: 'task:tokens' });
  expect(button?.props.label).toBe('tokens, working, 40%, 1m 02s of 10m, read 12 of 30 files');
});

test('says that updates have stopped when the watch process exits', async ($, on) => {
  await follow($, on, [running], { hasEnded: true });
  const ui = await mountPane($, 'terminal');
  expect(
    await ui.find({ text: 'This view is no longer updated: swarm watch has exited' }),
  ).toBeDefined();
});

test('keeps the times of a running task up to date', async ($, on) => {
  const client = await follow($, on, [running]);
  const ui = await mountPane($, 'terminal');
  await client.clock.advance(5_000);
  expect(await textOf(ui)).toContain('1m 07s of 10m');
});

test('draws the row of an agent unless a command of the settings does', async ($, on) => {
  await follow($, on, [running]);
  for (const surface of SURFACES) {
    const row = await mountRow($, surface, {});
    const [name, rest] = await row.findAll({ type: 'Text' });
    expect(name?.text).toBe('◐ tokens ████░░░░░░  40%');
    expect(rest?.text).toMatch(/^ {2}1m 02s of 10m {2}read 12 of 30 files$/);
    await row.unmount();
  }
  const drawn = await mountRow($, 'terminal', { body: 'as the settings have it' });
  expect(await drawn.findAll({ type: 'Text', text: /tokens/ })).toEqual([]);
  const other = await mountRow($, 'terminal', { id: 'a-stranger' });
  expect(await other.findAll({ type: 'Text', text: /tokens/ })).toEqual([]);
});

test('shows outcome, buttons and the tasks that need attention first where there are few lines', async ($, on) => {
  const many = makeStatus([completed('routes'), makeEntry('tokens'), failed('advisories')]);
  await follow($, on, [many]);
  const ui = await mountPane($, 'terminal', 76, 6);
  const texts = (await ui.findAll({ type: 'Text' })).map(({ text }) => text);
  expect(texts[0]).toMatch(/^◐ working: 1 of 3/);
  const names = texts.flatMap((text) => /^[✖◐✔] (\w+)/.exec(text ?? '')?.[1] ?? []);
  expect(names.filter((name) => name !== 'working')).toEqual(['advisories', 'tokens', 'routes']);
  expect(texts.join(' ')).not.toContain('Wave');
  expect(await ui.find({ key: 'cancel' })).toBeDefined();
});

test('names the command that shows a run where the pane is not placed', async ($, on) => {
  const client = await follow($, on, [running], { isPlaced: false });
  expect(client.toasts).toEqual([
    'swarm: 1 of 3 tasks completed (unverified), 1 pending, 1 working. /swarm shows it',
  ]);
});

test('drops a question whose task has ended', async ($, on) => {
  const over = makeStatus([completed('tokens'), makeEntry('routes')]);
  const before = makeStatus([makeEntry('tokens'), makeEntry('routes')]);
  const client = await follow($, on, [before], { later: [makeLine(over)] });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:tokens' });
  await ui.press({ key: 'row:cancel:tokens' });
  expect(await ui.find({ key: 'confirm' })).toBeDefined();
  await client.clock.advance(10_000);
  expect(await ui.find({ key: 'confirm' })).toBeUndefined();
  expect(await ui.find({ text: 'Cancel tokens?' })).toBeUndefined();
});

test('n answers an open question, and shows the next run otherwise', async ($, on) => {
  const older = makeStatus([makeEntry('old')], { run: '20261121-101010-000001' });
  const lines = [makeLine(running), makeLine(older)];
  await follow($, on, [running], { lines });
  const ui = await mountPane($, 'terminal');
  const keyOf = async (key: string) => (await ui.find({ key }))?.props.hotkey;
  expect(await keyOf('next')).toBe('n');
  await ui.press({ key: 'cancel' });
  expect(await keyOf('next')).toBeUndefined();
  expect(await keyOf('leave')).toBe('n');
});

test('opens no task of the next run because one of the same name was open', async ($, on) => {
  const next = makeStatus([makeEntry('tokens')], { run: '20261123-101010-000001', goal: 'Next' });
  const client = await follow($, on, [running], { later: [makeLine(next)] });
  const ui = await mountPane($, 'terminal');
  await ui.press({ key: 'task:tokens' });
  expect(await ui.find({ key: 'row:cancel:tokens' })).toBeDefined();
  await client.clock.advance(10_000);
  expect(await ui.find({ text: 'Next' })).toBeDefined();
  expect(await ui.find({ text: 'Run 1 of 2' })).toBeDefined();
  expect(await ui.find({ key: 'row:cancel:tokens' })).toBeUndefined();
});

test('runs no clock for a run that nobody works on', async ($, on) => {
  const lines = [makeLine(running, 'another-session', false)];
  const client = await follow($, on, [running], { lines });
  const ui = await mountPane($, 'terminal');
  const text = await textOf(ui);
  expect(text).toContain('○ inactive: 1 of 3 tasks completed (unverified), 1 pending, 1 working');
  expect(text).not.toMatch(/1m 0\ds/);
  await client.clock.advance(5_000);
  expect(await textOf(ui)).toBe(text);
});
