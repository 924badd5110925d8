import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HookContext, HookOutput } from '../../../src/hooks/hook-context.ts';
import { checkToolCall } from '../../../src/hooks/pre-tool-use.ts';
import { parseMcpToolHook } from '../../../src/hooks/server/parse-mcp-tool-hook.ts';
import { RunCache } from '../../../src/store/run-cache.ts';
import { errorLog } from '../../../src/store/run-paths.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import { fakeSession } from '../../support/hook-payloads.ts';
import { makeNewer } from '../../support/newer-run.ts';

const PUSH = 'git push --force origin main';
const HARMLESS = 'git status';

/** A run whose task `a` is running with the agent `aa`. */
async function working(more: Parameters<typeof openHarness>[2] = {}): Promise<Harness> {
  const harness = await openHarness({ a: [] }, {}, more);
  harness.launch('a');
  harness.link('a');
  return harness;
}

let calls = 0;

function run(harness: Harness, command: string, agent = 'aa', context = harness.context) {
  const call = harness.session.toolCall(agent, `toolu_b${++calls}`, 'Bash', { command });
  return checkToolCall(call, context);
}

function verdictOf(output: HookOutput): string {
  if (output === null || !('hookSpecificOutput' in output)) return 'none';
  return String(output.hookSpecificOutput.permissionDecision);
}

const reasonOf = (output: HookOutput) => JSON.stringify(output);

const errorsOf = (harness: Harness) => readFileSync(errorLog(harness.root), 'utf8');

/** Puts a directory in the place of a file: no user can read or append to that. */
function makeUnreadable(path: string): void {
  rmSync(path, { force: true });
  mkdirSync(path);
}

/** The context of the plugin's server, which remembers the runs that it has read. */
function inServer(harness: Harness): HookContext {
  const { load, damagedRuns } = new RunCache();
  return { ...harness.context, load, damagedRuns };
}

describe('if the run of an agent cannot be read, its irreversible commands are denied', () => {
  it.each<[string, (harness: Harness) => void]>([
    ['the ledger is unreadable', ({ paths }) => makeUnreadable(paths.ledger)],
    ['the ledger is empty', ({ paths }) => truncateSync(paths.ledger)],
    ['the ledger is gone', ({ paths }) => rmSync(paths.ledger)],
    ['the run is gone', ({ paths }) => rmSync(paths.dir, { recursive: true })],
    ['the ledger has a newer format', ({ paths }) => makeNewer(paths)],
  ])('%s', async (_, damage) => {
    await using harness = await working();
    damage(harness);
    expect(reasonOf(run(harness, PUSH))).toMatch(/"deny".*force-push.*cannot be read/);
    expect(errorsOf(harness)).toMatch(/denied a command of an agent: .*cannot be read/);
    expect(run(harness, HARMLESS)).toBeNull();
  });

  it.each<[string, (harness: Harness) => void]>([
    ['the marker was removed', ({ paths }) => rmSync(paths.openMarker)],
    [
      'all markers were removed',
      ({ paths }) => rmSync(join(paths.openMarker, '..'), { recursive: true }),
    ],
  ])('%s', async (_, damage) => {
    await using harness = await working();
    damage(harness);
    expect(verdictOf(run(harness, PUSH))).toBe('deny');
    expect(run(harness, HARMLESS)).toBeNull();
  });

  it.each<[string, (harness: Harness) => void]>([
    [
      'the ledger has lost events',
      ({ paths }) => {
        const [first] = readFileSync(paths.ledger, 'utf8').split('\n');
        writeFileSync(paths.ledger, `${first}\n`);
      },
    ],
    [
      'run and marker are gone',
      ({ paths }) => {
        rmSync(paths.dir, { recursive: true });
        rmSync(paths.openMarker);
      },
    ],
    ['everything is gone', ({ root }) => rmSync(join(root, '.swarm'), { recursive: true })],
  ])('which the server remembers: %s', async (_, damage) => {
    await using harness = await working();
    const context = inServer(harness);
    expect(run(harness, HARMLESS, 'aa', context)).toBeNull();
    damage(harness);
    expect(reasonOf(run(harness, PUSH, 'aa', context))).toMatch(/"deny".*has lost events/);
    expect(run(harness, PUSH, 'astranger', context)).toBeNull();
    expect(run(harness, HARMLESS, 'aa', context)).toBeNull();
  });

  it('an approval is not used after the ledger has lost events', async () => {
    await using harness = await working();
    const context = inServer(harness);
    run(harness, HARMLESS, 'aa', context);
    const lines = readFileSync(harness.paths.ledger, 'utf8').split('\n').filter(Boolean);
    run(harness, PUSH, 'aa', context);
    run(harness, HARMLESS, 'aa', context);
    writeFileSync(harness.paths.ledger, `${lines.join('\n')}\n`);
    expect(reasonOf(run(harness, PUSH, 'aa', context))).toMatch(/"deny".*has lost events/);
  });
});

describe('errors do not let an irreversible command pass', () => {
  it.each<[string, (harness: Harness) => Partial<HookContext>]>([
    [
      'the heartbeat cannot be written',
      ({ paths }) => {
        const content = readFileSync(paths.ledger);
        makeUnreadable(paths.summary);
        writeFileSync(paths.ledger, content);
        return { now: () => new Date(Date.UTC(2026, 10, 22, 18, 17)).toISOString() };
      },
    ],
    [
      'the clock fails',
      () => ({
        now: ((reads) => () => {
          if (reads++ === 0) throw new Error('no clock');
          return new Date(0).toISOString();
        })(0),
      }),
    ],
    [
      'the markers cannot be listed',
      ({ paths }) => {
        rmSync(join(paths.openMarker, '..'), { recursive: true });
        writeFileSync(join(paths.openMarker, '..'), '');
        return {};
      },
    ],
  ])('%s', async (_, damage) => {
    await using harness = await working();
    const broken = () => ({ ...harness.context, ...damage(harness) });
    expect(verdictOf(run(harness, PUSH, 'aa', broken()))).toBe('deny');
  });

  it('an agent that is overdue ends, even if that cannot be recorded', async () => {
    await using harness = await working();
    makeUnreadable(harness.paths.summary);
    harness.context.sleep(3_600_000);
    expect(run(harness, HARMLESS)).toMatchObject({ continue: false });
  });

  it('a file that another task claims is not written, even if that cannot be recorded', async () => {
    await using harness = await openHarness({ a: [], c: [] }, {}, { writes: { c: ['src/**'] } });
    for (const id of ['a', 'c']) {
      harness.launch(id);
      harness.link(id);
    }
    makeUnreadable(harness.paths.summary);
    const input = { file_path: join(harness.root, 'src/x.ts') };
    const call = harness.session.toolCall('aa', 'toolu_w', 'Write', input);
    expect(verdictOf(harness.send(call))).toBe('deny');
  });

  it.each([
    { session_id: undefined },
    { cwd: undefined },
    { tool_use_id: 'has a space' },
    { agent_id: 7 },
  ])('a payload that is not understood: %j', async (more) => {
    await using harness = await working();
    const call = harness.session.toolCall('aa', 'toolu_x', 'Bash', { command: PUSH });
    expect(verdictOf(checkToolCall({ ...call, ...more }, harness.context))).toBe('deny');
  });

  it('input that is not JSON', async () => {
    await using harness = await working();
    const call = harness.session.toolCall('aa', 'toolu_x', 'Bash', {});
    const event = parseMcpToolHook({ ...call, tool_input: `${PUSH} {` });
    expect(verdictOf(checkToolCall(event, harness.context))).toBe('deny');
  });

  it('an agent is not started if its agents could not be recognized', async () => {
    await using harness = await working();
    makeUnreadable(harness.paths.summary);
    const launch = harness.session.preAgent('toolu_n', 'Push it');
    expect(verdictOf(harness.send({ ...launch, agent_id: 'aa' }))).toBe('deny');
  });
});

describe('an agent counts as one of the run', () => {
  it('while its launch is not linked to it', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    expect(reasonOf(run(harness, PUSH))).toMatch(/"deny".*Try again in a few seconds/);
    harness.context.sleep(3_000);
    harness.link('a');
    expect(reasonOf(run(harness, PUSH))).toMatch(/"deny".*a person must approve it/);
  });

  it('if an agent whose launch was not linked has launched it', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.send({ ...harness.session.preAgent('toolu_n', 'Push it'), agent_id: 'aa' });
    harness.link('a');
    expect(verdictOf(run(harness, PUSH, 'anested'))).toBe('deny');
  });

  it.each([false, true])(
    'after the one that launched it has reported; run over: %s',
    async (over) => {
      await using harness = await working();
      harness.send({ ...harness.session.preAgent('toolu_n', 'Push it'), agent_id: 'aa' });
      harness.send(harness.session.subagentStop('aa', 'Report'));
      if (over) rmSync(harness.paths.openMarker);
      expect(reasonOf(run(harness, PUSH, 'anested'))).toMatch(/"deny".*has ended: end now/);
      expect(run(harness, HARMLESS, 'anested')).toBeNull();
      const { root } = harness;
      const other = fakeSession(root).toolCall('anested', 'toolu_o', 'Bash', { command: PUSH });
      expect(harness.send(other)).toBeNull();
    },
  );

  it('if it is a worker whose attempt is in no ledger', async () => {
    await using harness = await openHarness({ a: [] });
    const context = { ...harness.context, worker: harness.session.id };
    expect(reasonOf(run(harness, PUSH, 'sub', context))).toMatch(
      /"deny".*no run knows this worker/,
    );
    rmSync(join(harness.root, '.swarm'), { recursive: true });
    expect(verdictOf(run(harness, PUSH, 'sub', context))).toBe('deny');
    expect(run(harness, HARMLESS, 'sub', context)).toBeNull();
  });
});

describe('ids of tool calls and agents are opaque', () => {
  it.each(['functions.Bash:0', 'call|fc_1', 'tool/../../x', `call_${'x'.repeat(5_000)}==`])(
    '%.40s',
    async (id) => {
      await using harness = await openHarness({ a: [] });
      const { session, token } = harness;
      expect(verdictOf(harness.send(session.preAgent(`${id}1`, token('a'))))).toBe('allow');
      harness.send(session.agentLaunched(`${id}1`, token('a'), `${id}2`));
      expect(harness.task('a')).toMatchObject({ status: 'working', agentId: `${id}2` });
      const call = session.toolCall(`${id}2`, `${id}3`, 'Bash', { command: PUSH });
      expect(reasonOf(harness.send(call))).toMatch(/a person must approve it/);
      expect([...harness.load().state.gates.keys()]).toEqual([`${id}3`]);
      harness.send(session.subagentStop(`${id}2`, 'Report'));
      harness.send(
        session.notification({ taskId: `${id}2`, toolUseId: `${id}1`, result: 'Report' }),
      );
      expect(harness.task('a')).toMatchObject({ status: 'input_required' });
      expect(harness.load().defects).toEqual([]);
    },
  );

  it('a report that comes before its task is known gets a safe file name', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.send(harness.session.subagentStop('../x|y', 'Report'));
    harness.send(harness.session.agentLaunched('toolu_a', harness.token('a'), '../x|y'));
    expect(harness.report('a')).toBe('Report');
  });
});
