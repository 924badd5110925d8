import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { isAlive } from '../../../src/platform/process/process-identity.ts';
import type { Order } from '../../../src/queue/wire/order.ts';
import { sign } from '../../../src/queue/wire/signed.ts';
import { executeOrder } from '../../../src/queue/work/execute-order.ts';
import type { Outcome } from '../../../src/queue/work/outcome.ts';
import { branchOf } from '../../../src/run/worktree-state.ts';
import { fakeClient, writeFake } from '../../support/fake-client.ts';
import {
  ANYTHING,
  eventsIn,
  jobOf,
  makeMachine,
  makeOrder,
  NO_OPTIONS,
  signOrder,
  type TestMachine,
} from '../../support/queue-order.ts';
import { at, completes, makeTask, RUN } from '../../support/run-events.ts';
import { git, makeTempDir, makeTempRepo, type TempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

async function machineWith(body: string, more = {}): Promise<TestMachine> {
  const directory = await makeTempDir('swarm-fake-');
  return makeMachine(writeFake(directory.path, fakeClient({ default: body })), more);
}

/** The names of the events in each message. */
function namesOf(machine: TestMachine): string[][] {
  return machine.messages().map((sent) => eventsIn(sent).map(({ event }) => event));
}

test('an attempt runs in a clone, and everything that it records is sent with its report', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    const { readFileSync } = require('node:fs');
    swarm('checkpoint', '20261122-181530-412abc/one', '40', 'halfway');
    report('Read: ' + readFileSync('README.md', 'utf8'));
  `);
  const order = await makeOrder(repo, machine.blobs);

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.faults).toEqual([]);
  const last = machine.messages().at(-1);
  expect(last).toMatchObject({
    ...{ kind: 'ended', run: order.run, task: 'one', attempt: order.attempt, machine: 'workshop' },
    ...{ branch: null, files: { 'results/one.md': 'Read: # Temporary repository\n' } },
  });
  expect(machine.messages().map(({ seq }) => seq)).toEqual(machine.messages().map((_, seq) => seq));
  expect(machine.events()).toMatchObject(
    expect.arrayContaining([
      expect.objectContaining({ event: 'worker.started', attempt: order.attempt }),
      expect.objectContaining({ event: 'attempt.started', attempt: order.attempt }),
      expect.objectContaining({ event: 'task.checkpoint', percent: 40, message: 'halfway' }),
      expect.objectContaining({ event: 'agent.ended', outcome: 'reported' }),
    ]),
  );
  expect(namesOf(machine).at(-1)).toContain('agent.ended');
  expect(readdirSync(machine.context.places)).toEqual([]);
});

test('what a task writes comes back as a bundle with its branch', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    require('node:fs').writeFileSync('new.md', 'new');
    report('Written.');
  `);
  const tasks = [makeTask('one', { writes: ['new.md'] })];
  const order = await makeOrder(repo, machine.blobs, { tasks });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  const last = machine.messages().at(-1);
  const branch = last?.kind === 'ended' ? last.branch : null;
  const bundle = await machine.context.queue.blobs.get(branch?.bundle ?? '');
  const file = join(repo.path, 'delivered.bundle');
  writeFileSync(file, bundle ?? '');
  await git(repo.path, 'fetch', '--quiet', file, '+refs/heads/*:refs/delivered/*');
  expect((await git(repo.path, 'show', `${branch?.commit}:new.md`)).trim()).toBe('new');
  expect(machine.events().map(({ event }) => event)).toContain('worktree.committed');
  expect(readdirSync(machine.context.places)).toEqual([]);
});

/** A client that says that it runs and then waits; SIGTERM ends it. */
const WAITS = `
  say({ type: 'system', subtype: 'init', session_id: 'x', model: 'm', tools: [] });
  swarm('checkpoint', '20261122-181530-412abc/one', '10', 'waiting');
  setInterval(() => {}, 1000);
`;

/** Starts an order, and waits until its agent has recorded something. */
async function startWaitingOf(
  machine: TestMachine,
  order: Order,
  signal?: AbortSignal,
): Promise<{ done: Promise<Outcome> }> {
  const done = executeOrder(signOrder(order), jobOf(order, signal), machine.context);
  await waitUntil(() => namesOf(machine).flat().includes('task.checkpoint'), {
    what: 'the checkpoint arrives while the agent runs',
  });
  return { done };
}

test('a cancelled attempt ends at once and for good', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(WAITS);
  const order = await makeOrder(repo, machine.blobs);
  const running = await startWaitingOf(machine, order);

  await machine.queue.supervisor().stop(order.attempt, true);
  await running.done;

  expect(machine.events().at(-1)).toMatchObject({ event: 'agent.ended', outcome: 'stopped' });
  expect(machine.messages().at(-1)).toMatchObject({ kind: 'ended', branch: null });
});

test.each(['supervisor', 'worker'] as const)(
  'an attempt that the %s interrupts ends with its session',
  async (who) => {
    await using repo = await makeTempRepo();
    const giveBack = new AbortController();
    await using machine = await machineWith(WAITS, { giveBack: giveBack.signal });
    const order = await makeOrder(repo, machine.blobs);
    const running = await startWaitingOf(machine, order);

    if (who === 'worker') giveBack.abort();
    else await machine.queue.supervisor().stop(order.attempt, false);
    await running.done;

    expect(machine.messages().at(-1)?.kind).toBe('ended');
    expect(machine.events().at(-1)).toMatchObject({
      ...{ event: 'session.ended', session: order.attempt },
      reason: expect.stringContaining(who),
    });
  },
);

test('an attempt that the engine gave up is killed, and nothing more is sent', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(WAITS);
  const order = await makeOrder(repo, machine.blobs);
  const lost = new AbortController();
  const running = await startWaitingOf(machine, order, lost.signal);
  const sent = machine.messages().length;
  const worker = machine.events().find((event) => event.event === 'worker.started');

  lost.abort();
  await running.done;

  expect(machine.messages()).toHaveLength(sent);
  expect(worker && isAlive(worker.process)).toBe(false);
  expect(readdirSync(machine.context.places)).toEqual([]);
});

test('an engine that is away for a while gets everything afterwards', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const order = await makeOrder(repo, machine.blobs);

  machine.queue.setAway(true);
  const done = executeOrder(signOrder(order), jobOf(order), machine.context);
  const ledger = join(
    ...[machine.context.places, order.attempt, 'repository', '.swarm', 'runs', order.run],
    'ledger.jsonl',
  );
  await waitUntil(
    () => existsSync(ledger) && readFileSync(ledger, 'utf8').includes('agent.ended'),
    {
      what: 'the agent ends',
    },
  );
  expect(machine.messages()).toEqual([]);
  machine.queue.setAway(false);
  await done;

  expect(machine.messages().at(-1)).toMatchObject({
    ...{ kind: 'ended', files: { 'results/one.md': 'Done.' } },
  });
});

test('an order that was signed with another secret is refused and never executed', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const order = await makeOrder(repo, machine.blobs);

  await executeOrder(sign(order, 'another secret'), jobOf(order), machine.context);

  expect(machine.events()).toMatchObject([
    { event: 'attempt.refused', attempt: order.attempt, category: 'fatal' },
  ]);
  expect(existsSync(machine.context.places)).toBe(false);
});

test('a signed order is refused as another attempt than its own', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const order = await makeOrder(repo, machine.blobs);
  const other = { ...order, attempt: randomUUID() };

  await executeOrder(signOrder(order), jobOf(other), machine.context);

  expect(machine.events()).toMatchObject([
    { event: 'attempt.refused', attempt: other.attempt, category: 'fatal' },
  ]);
});

test('an order that asks for more than the worker allows is refused', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`, {
    ceiling: { ...ANYTHING, permissionMode: null },
  });
  const client = { ...NO_OPTIONS, permissionMode: 'bypassPermissions' };
  const order = await makeOrder(repo, machine.blobs, { client });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  const [refusal] = machine.events();
  expect(refusal).toMatchObject({ event: 'attempt.refused', category: 'fatal' });
  expect(JSON.stringify(refusal)).toContain('--permission-mode bypassPermissions');
});

test('a commit that cannot be had fails the attempt, which may be tried again', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const remote = join(machine.home.path, 'no-such.git');
  const order = await makeOrder(repo, machine.blobs, { repository: { bundles: [], remote } });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  const [end] = machine.events();
  expect(end).toMatchObject({ event: 'agent.ended', outcome: 'failed', category: 'transient' });
  expect(JSON.stringify(end)).toContain(order.repository.base.slice(0, 12));
});

test('the command of a remote that git would run is not run', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const made = join(machine.home.path, 'made');
  const remote = `ext::touch ${made}`;
  const order = await makeOrder(repo, machine.blobs, { repository: { bundles: [], remote } });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.events()).toMatchObject([{ event: 'agent.ended', category: 'transient' }]);
  expect(existsSync(made)).toBe(false);
});

test('a failed check is sent with its output', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`report('Done.');`);
  const tasks = [makeTask('one', { check: ['echo it fails; exit 3'] })];
  const order = await makeOrder(repo, machine.blobs, { tasks });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.events()).toContainEqual(
    expect.objectContaining({ event: 'check.ended', isPassed: false, output: 'checks/one.1.log' }),
  );
  const files = machine.messages().map((sent) => (sent.kind === 'lost' ? {} : sent.files));
  expect(Object.assign({}, ...files)['checks/one.1.log']).toContain('it fails');
});

/** A repository whose task `need` was completed, with one commit on its branch. */
async function withNeed(repo: TempDir) {
  const branch = branchOf(RUN, 'need');
  const base = (await git(repo.path, 'rev-parse', 'HEAD')).trim();
  await git(repo.path, 'checkout', '--quiet', '-b', branch);
  writeFileSync(join(repo.path, 'need.md'), 'of the need');
  await git(repo.path, 'add', 'need.md');
  await git(repo.path, 'commit', '--quiet', '--message', 'need');
  const commit = (await git(repo.path, 'rev-parse', 'HEAD')).trim();
  await git(repo.path, 'checkout', '--quiet', 'main');
  const events: LedgerEvent[] = [
    ...completes('need'),
    { event: 'worktree.added', at: at(12), task: 'need', branch, base },
    { event: 'worktree.committed', at: at(13), task: 'need', commit, notes: [] },
  ];
  return {
    events,
    repository: { inputs: [{ task: 'need', branch, commit }] },
    files: { 'results/need.md': 'Report of the need.' },
  };
}

test('a task that writes begins with the commits of the tasks that it needs', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    const { existsSync, readFileSync, writeFileSync } = require('node:fs');
    writeFileSync('own.md', readFileSync('need.md', 'utf8') + existsSync('own.md'));
    report('Done.');
  `);
  const tasks = [
    makeTask('one', { needs: ['need'], writes: ['own.md'] }),
    makeTask('need', { writes: ['need.md'] }),
  ];
  const order = await makeOrder(repo, machine.blobs, { tasks, ...(await withNeed(repo)) });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  const added = machine.events().find((event) => event.event === 'worktree.added');
  expect(added).toMatchObject({ task: 'one', base: order.repository.inputs[0]?.commit });
  const last = machine.messages().at(-1);
  expect(last).toMatchObject({ kind: 'ended', branch: { bundle: expect.any(String) } });
});

test('a task that only reads finds reports and worktrees of the tasks that it needs', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    const { readFileSync } = require('node:fs');
    const [, result] = /^- need: (\\S+results\\S+)$/m.exec(prompt);
    const [, worktree] = /^- need: (\\S+worktrees\\S+)$/m.exec(prompt);
    report(readFileSync(result, 'utf8') + readFileSync(worktree + '/need.md', 'utf8'));
  `);
  const tasks = [makeTask('one', { needs: ['need'] }), makeTask('need', { writes: ['need.md'] })];
  const order = await makeOrder(repo, machine.blobs, { tasks, ...(await withNeed(repo)) });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.messages().at(-1)).toMatchObject({
    files: { 'results/one.md': 'Report of the need.of the need' },
  });
});

test('neither clients nor checks are given what the worker signs with', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(
    `report(Object.keys(process.env).filter((name) => name.startsWith('SWARM_')).join());`,
  );
  const order = await makeOrder(repo, machine.blobs);

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.messages().at(-1)).toMatchObject({
    files: { 'results/one.md': 'SWARM_ATTEMPT,SWARM_ROOT,SWARM_SCRATCH' },
  });
});

test('an order whose repository switches hooks off is refused', async () => {
  await using repo = await makeTempRepo();
  mkdirSync(join(repo.path, '.claude'));
  writeFileSync(join(repo.path, '.claude', 'settings.json'), '{"disableAllHooks": true}');
  await git(repo.path, 'add', '.');
  await git(repo.path, 'commit', '--quiet', '--message', 'settings');
  const seen: string[] = [];
  await using machine = await machineWith(`report('Done.');`, {
    explainHookBlock(directory: string) {
      seen.push(readFileSync(join(directory, '.claude', 'settings.json'), 'utf8'));
      return 'hooks would not run';
    },
  });
  const order = await makeOrder(repo, machine.blobs);

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(seen).toEqual(['{"disableAllHooks": true}']);
  expect(machine.events()).toMatchObject([{ event: 'attempt.refused', category: 'fatal' }]);
  expect(readdirSync(machine.context.places)).toEqual([]);
});

test('an approval is kept for the attempt and dropped after it', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    const { readdirSync } = require('node:fs');
    report('approvals: ' + readdirSync(process.env.HOME + '/state/approvals').length);
  `);
  const approvals = [{ gate: 'gate-one', sha256: '0'.repeat(64) }];
  const order = await makeOrder(repo, machine.blobs, { approvals });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  expect(machine.messages().at(-1)).toMatchObject({ files: { 'results/one.md': 'approvals: 1' } });
  expect(readdirSync(join(machine.context.host.stateDir, 'approvals'))).toEqual([]);
});

test('commits come from the remote, and a large branch goes back to it', async () => {
  await using repo = await makeTempRepo();
  await using machine = await machineWith(`
    require('node:fs').writeFileSync('large.bin', require('node:crypto').randomBytes(11_000_000));
    report('Written.');
  `);
  const remote = join(machine.home.path, 'team.git');
  await git(repo.path, 'clone', '--quiet', '--bare', repo.path, remote);
  const tasks = [makeTask('one', { writes: ['large.bin'] })];
  const order = await makeOrder(repo, machine.blobs, {
    ...{ tasks, repository: { bundles: [], remote } },
  });

  await executeOrder(signOrder(order), jobOf(order), machine.context);

  const last = machine.messages().at(-1);
  expect(last).toMatchObject({ kind: 'ended', branch: { bundle: null } });
  const commit = last?.kind === 'ended' ? last.branch?.commit : '';
  expect((await git(remote, 'rev-parse', `refs/swarm/${order.attempt}`)).trim()).toBe(commit);
});
