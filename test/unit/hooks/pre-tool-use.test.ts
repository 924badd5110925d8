import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SwarmError } from '../../../src/errors/swarm-error.ts';
import type { HookOutput } from '../../../src/hooks/hook-context.ts';
import type { LedgerEvent } from '../../../src/ledger/events.ts';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { cancelRun } from '../../../src/operations/cancel-run.ts';
import { decideGate } from '../../../src/operations/decide-gate.ts';
import { retryTasks } from '../../../src/operations/retry-run.ts';
import type { Host } from '../../../src/store/host.ts';
import type { DecisionResult } from '../../../src/view/results.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import { inSession } from '../../support/host.ts';
import { append } from '../../support/stored-run.ts';

const PUSH = 'git push --force origin main';

/** A run whose task `a` is running with the agent `aa`. */
async function working(
  config: object = {},
  more: Parameters<typeof openHarness>[2] = {},
): Promise<Harness> {
  const harness = await openHarness({ a: [], b: ['a'] }, config, more);
  harness.launch('a');
  harness.link('a');
  return harness;
}

let calls = 0;

function run(harness: Harness, command: string, agent = 'aa', call = `toolu_b${++calls}`) {
  return harness.send(harness.session.toolCall(agent, call, 'Bash', { command }));
}

function verdictOf(output: HookOutput): string {
  if (output === null || !('hookSpecificOutput' in output)) return 'none';
  return String(output.hookSpecificOutput.permissionDecision);
}

function reasonOf(output: HookOutput): string {
  if (output === null || !('hookSpecificOutput' in output)) return '';
  return String(output.hookSpecificOutput.permissionDecisionReason);
}

function gates(harness: Harness): LedgerEvent[] {
  return readLedger(harness.paths.ledger).events.filter(({ event }) => event.startsWith('gate.'));
}

const kinds = (harness: Harness) => gates(harness).map(({ event }) => event);

function decide(harness: Harness, verdict: 'approved' | 'denied'): DecisionResult {
  const host: Host = { ...harness.context, caller: { kind: 'person' } };
  return decideGate(harness.load(), 'a', verdict, host);
}

/** A retry requested in the session. */
function retry(harness: Harness): void {
  retryTasks(harness.load(), 'a', { ...harness.context, ...inSession('session-1') });
}

/** Launches the task again; the agent of call `toolu_<call>` is `a<call>`. */
function relaunch(harness: Harness, call: string): string {
  const { session } = harness;
  const output = harness.send(session.preAgent(`toolu_${call}`, harness.token('a')));
  harness.send(session.agentLaunched(`toolu_${call}`, harness.token('a'), `a${call}`));
  if (output === null || !('hookSpecificOutput' in output)) return '';
  const { updatedInput } = output.hookSpecificOutput as { updatedInput?: { prompt: string } };
  return updatedInput?.prompt ?? '';
}

const end = (harness: Harness, agent = 'aa') =>
  harness.send(harness.session.subagentStop(agent, 'I need the push.'));

describe('an irreversible command of an agent in an unattended session', () => {
  it('is denied, and the task waits for a person once its agent has ended', async () => {
    await using harness = await working();
    const output = run(harness, PUSH);
    expect([verdictOf(output), reasonOf(output)]).toEqual([
      'deny',
      expect.stringMatching(/^This cannot be undone \(force-push: .*swarm result/),
    ]);
    expect(harness.task('a').status).toBe('working');
    end(harness);
    expect(harness.task('a')).toMatchObject({
      status: 'input_required',
      message: `force-push, \`${PUSH}\``,
      result: null,
      error: null,
    });
    expect(harness.status().status).toBe('input_required');
  });

  it('gets the same answer if two processes judge the same call', async () => {
    await using harness = await working();
    const first = run(harness, PUSH, 'aa', 'toolu_p');
    expect(run(harness, PUSH, 'aa', 'toolu_p')).toEqual(first);
    expect(kinds(harness)).toEqual(['gate.asked']);
    end(harness);
    decide(harness, 'approved');
    relaunch(harness, 'a2');
    expect(verdictOf(run(harness, PUSH, 'aa2', 'toolu_q'))).toBe('allow');
    expect(verdictOf(run(harness, PUSH, 'aa2', 'toolu_q'))).toBe('allow');
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.approved', 'gate.used']);
  });

  it('opens one gate at a time: further ones are denied until it is decided', async () => {
    await using harness = await working();
    run(harness, PUSH);
    expect(reasonOf(run(harness, 'npm publish'))).toMatch(/has yet to decide/);
    expect(reasonOf(run(harness, PUSH))).toMatch(/has yet to decide/);
    expect(kinds(harness)).toEqual(['gate.asked']);
  });

  it('is recorded without credentials', async () => {
    await using harness = await working({}, { isAttended: true });
    const output = run(harness, `git push -f https://me:hunter2secret@example.com/x.git main`);
    // The client shows the whole command.
    expect(verdictOf(output)).toBe('ask');
    expect(gates(harness)).toMatchObject([
      { rule: 'force-push', command: 'git push -f https://me:[redacted]@example.com/x.git main' },
    ]);
    expect(readFileSync(harness.paths.ledger, 'utf8')).not.toContain('hunter2secret');
  });

  it('is denied without a gate if it is too long to show', async () => {
    await using harness = await working();
    const output = run(harness, `echo ${'x'.repeat(5_000)}; ${PUSH}`);
    expect([verdictOf(output), reasonOf(output)]).toEqual([
      'deny',
      expect.stringContaining(`\`${PUSH}\``),
    ]);
    expect(kinds(harness)).toEqual([]);
  });

  it.each([
    'git push -f https://me:hunter2secret@example.com/x.git main',
    `${PUSH} # password=hunter2secret`,
    `-----BEGIN PRIVATE KEY-----\n${PUSH}\n-----END PRIVATE KEY-----`,
    `${PUSH} # \u200b`,
    `${PUSH} # \u202emain`,
  ])('is denied without a gate if a part would be hidden from the person: %j', async (command) => {
    await using harness = await working();
    expect(reasonOf(run(harness, command))).toMatch(/could not be seen by the person/);
    expect(kinds(harness)).toEqual([]);
  });

  it('is denied even in a session if it has invisible characters', async () => {
    await using harness = await working({}, { isAttended: true });
    expect(verdictOf(run(harness, `${PUSH} # \u202emain`))).toBe('deny');
    expect(kinds(harness)).toEqual([]);
  });

  it('is denied if the gate cannot be recorded', async () => {
    await using harness = await working({}, { isAttended: true });
    rmSync(harness.paths.summary);
    mkdirSync(harness.paths.summary);
    expect(reasonOf(run(harness, PUSH))).toMatch(/a person cannot be asked/);
  });

  it('is denied whichever tool would run it', async () => {
    await using harness = await working();
    const call = harness.session.toolCall('aa', 'toolu_m', 'Monitor', { command: PUSH });
    expect(verdictOf(harness.send(call))).toBe('deny');
  });

  it('can be defined in the configuration', async () => {
    await using harness = await working({ gate: { commands: ['make ship'] } });
    expect(verdictOf(run(harness, 'make ship'))).toBe('deny');
    expect(gates(harness)).toMatchObject([{ rule: 'extra' }]);
  });

  it('is denied without a gate if the task has already finished', async () => {
    await using harness = await working();
    end(harness);
    expect(verdictOf(run(harness, PUSH))).toBe('deny');
    expect(kinds(harness)).toEqual([]);
    expect(harness.task('a').status).toBe('completed');
  });

  it.each(['git push', 'rm -rf dist', 'swarm status'])('excludes %s', async (command) => {
    await using harness = await working();
    expect(run(harness, command)).toBeNull();
    expect(kinds(harness)).toEqual([]);
  });

  it('is not checked in the conversation and in other agents', async () => {
    await using harness = await working();
    expect(run(harness, PUSH, 'aother')).toBeNull();
    const { agent_id: _, ...inMain } = harness.session.toolCall('aa', 'toolu_m', 'Bash', {
      command: PUSH,
    });
    expect(harness.send(inMain)).toBeNull();
  });

  it('of a nested agent counts as one of the agent that launched it', async () => {
    await using harness = await working();
    harness.send({ ...harness.session.preAgent('toolu_n', 'Push it'), agent_id: 'aa' });
    expect(verdictOf(run(harness, PUSH, 'anested'))).toBe('deny');
    expect(gates(harness)).toMatchObject([{ attempt: 'toolu_a' }]);
  });

  it('is denied even if the agent is linked to its task only while the hook waits', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    const { sleep } = harness.context;
    let naps = 0;
    harness.context.sleep = (ms) => {
      sleep(ms);
      if (++naps === 3) harness.link('a');
    };
    expect(verdictOf(run(harness, PUSH))).toBe('deny');
    expect(naps).toBe(3);
  });

  it('of an unknown agent is denied without a delay long after a launch', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.context.sleep(60_000);
    harness.context.sleep = () => expect.unreachable();
    expect(verdictOf(run(harness, PUSH, 'aother'))).toBe('deny');
    expect(run(harness, 'ls', 'aother')).toBeNull();
  });

  it('that would decide a gate is denied without a gate of its own', async () => {
    await using harness = await working();
    run(harness, PUSH);
    end(harness);
    relaunch(harness, 'a2');
    expect(verdictOf(run(harness, `bin/swarm approve ${harness.paths.run}/a`))).toBe('deny');
    expect(kinds(harness)).toEqual(['gate.asked']);
  });

  it.each([
    `${PUSH}; swarm approve RUN/a`,
    `${PUSH} && sudo cp /tmp/ledger .swarm/runs/RUN/ledger.jsonl`,
    'swarm cancel RUN',
    'env swarm retry RUN/a',
    'bash -c "swarm run RUN"',
    'cat report.md | swarm result RUN/b -',
  ])('does not open a gate if part of it is forbidden: %s', async (command) => {
    await using harness = await openHarness({ a: [], b: [] }, {}, { isAttended: true });
    harness.launch('a');
    harness.link('a');
    const { run: name } = harness.paths;
    expect(verdictOf(run(harness, command.replaceAll('RUN', name)))).toBe('deny');
    expect(verdictOf(run(harness, `cat report.md | swarm result ${name}/a -`))).toBe('none');
    expect(gates(harness)).toEqual([]);
  });
});

it('putting uncommitted work away is denied only while other agents work', async () => {
  await using harness = await openHarness({ a: [], b: [] });
  for (const task of ['a', 'b']) {
    harness.launch(task);
    harness.link(task);
  }
  const denial = run(harness, 'git stash');
  expect(verdictOf(denial)).toBe('deny');
  expect(reasonOf(denial)).toContain('git show HEAD:path');
  harness.send(harness.session.subagentStop('ab', 'The report of b.'));
  expect(verdictOf(run(harness, 'git stash'))).toBe('none');
});

describe('an approval', () => {
  async function approved(): Promise<Harness & { brief: string }> {
    const harness = await working();
    run(harness, PUSH);
    end(harness);
    decide(harness, 'approved');
    return Object.assign(harness, { brief: relaunch(harness, 'a2') });
  }

  it('makes the task ready at once, and the brief contains the approved command', async () => {
    await using harness = await approved();
    expect(harness.brief).toContain(`Approved: run exactly this command`);
    expect(harness.brief).toContain(`\n${PUSH}\n`);
    expect(harness.brief).toContain(`It left a report: ${harness.paths.dir}/results/a.md`);
    expect(harness.task('a')).toMatchObject({ status: 'working', attempts: 2 });
  });

  it('is valid for one execution', async () => {
    await using harness = await approved();
    expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('allow');
    expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('deny');
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.approved', 'gate.used', 'gate.asked']);
  });

  it.each([`${PUSH} `, `${PUSH} && npm publish`, 'git push --force origin  main'])(
    'does not apply to %j',
    async (command) => {
      await using harness = await approved();
      expect(verdictOf(run(harness, command, 'aa2'))).toBe('deny');
      expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('allow');
    },
  );

  it('does not apply in another directory', async () => {
    await using harness = await approved();
    const call = harness.session.toolCall('aa2', 'toolu_d', 'Bash', { command: PUSH });
    mkdirSync(join(harness.root, 'sub'));
    expect(verdictOf(harness.send({ ...call, cwd: join(harness.root, 'sub') }))).toBe('deny');
    expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('allow');
  });

  it('does not use up an attempt', async () => {
    await using harness = await approved();
    harness.send(harness.session.subagentStop('aa2', 'Done.'));
    expect(harness.task('a').status).toBe('completed');
    expect(harness.report('a')).toBe('Done.');
    expect(readFileSync(harness.paths.summary, 'utf8')).not.toContain('arrived late');
  });

  it('that is only in the ledger does not count', async () => {
    await using harness = await working();
    run(harness, PUSH, 'aa', 'toolu_p');
    const forged = { event: 'gate.approved', at: harness.context.now(), gate: 'toolu_p' } as const;
    append(harness.paths, { ...forged, where: 'command-line' });
    expect(verdictOf(run(harness, PUSH))).toBe('deny');
    end(harness);
    expect(harness.task('a').status).toBe('input_required');
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.approved', 'gate.asked']);
  });

  it('cannot be used again after its use was cut off the ledger', async () => {
    await using harness = await approved();
    const before = readFileSync(harness.paths.ledger);
    expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('allow');
    writeFileSync(harness.paths.ledger, before);
    expect(verdictOf(run(harness, PUSH, 'aa2'))).toBe('deny');
  });

  it('cannot be given to a command that is recorded as another one', async () => {
    await using harness = await working();
    run(harness, PUSH);
    end(harness);
    const ledger = readFileSync(harness.paths.ledger, 'utf8');
    writeFileSync(harness.paths.ledger, ledger.replaceAll(PUSH, 'git status'));
    expect(() => decide(harness, 'approved')).toThrow(/cannot be approved/);
    expect(decide(harness, 'denied').outcome).toBe('denied');
  });

  it('cannot be given if it cannot be kept outside of the repository', async () => {
    await using harness = await working();
    run(harness, PUSH);
    end(harness);
    writeFileSync(harness.context.stateDir, '');
    expect(() => decide(harness, 'approved')).toThrow(/ENOTDIR|EEXIST/);
    expect(kinds(harness)).toEqual(['gate.asked']);
  });

  it.each(['Write', 'Bash'])('cannot be made by an agent with %s', async (tool) => {
    await using harness = await working();
    const path = '/home/dev/.local/state/swarm-parallel/approvals/x';
    const input = { file_path: path, command: `touch ${path}` };
    const call = harness.session.toolCall('aa', 'toolu_w', tool, input);
    expect(verdictOf(harness.send(call))).toBe('deny');
  });

  it('cannot be given twice', async () => {
    await using harness = await approved();
    expect(() => decide(harness, 'approved')).toThrow(/is waiting for approval, found .* working/);
  });
});

describe('a denial', () => {
  it('fails the task and cancels the tasks that need it', async () => {
    await using harness = await working();
    run(harness, PUSH);
    end(harness);
    expect(() => retry(harness)).toThrow(SwarmError);
    expect(decide(harness, 'denied')).toMatchObject({ outcome: 'denied', command: PUSH });
    expect(harness.task('a')).toMatchObject({
      status: 'failed',
      error: { category: 'denied', message: `a person denied \`${PUSH}\`` },
    });
    expect(harness.task('b').status).toBe('cancelled');
    expect(harness.status().status).toBe('failed');
    const summary = readFileSync(harness.paths.summary, 'utf8');
    expect(summary).toContain('Earlier report: [results/a.md]');
  });

  it('is in the brief of an attempt that a person requests afterwards', async () => {
    await using harness = await working();
    run(harness, PUSH);
    end(harness);
    decide(harness, 'denied');
    retry(harness);
    expect(relaunch(harness, 'a2')).toMatch(/Denied: do neither this.*\n```\ngit push --force/);
  });
});

it('cancels a task with a pending gate', async () => {
  await using harness = await working();
  run(harness, PUSH);
  end(harness);
  cancelRun(harness.load(), null, harness.context);
  expect(harness.status().status).toBe('cancelled');
});

it('does not block the turn for a run with only pending gates', async () => {
  await using harness = await working();
  run(harness, PUSH);
  end(harness);
  const stop = { ...harness.session.prompt(''), hook_event_name: 'Stop', background_tasks: [] };
  expect(harness.send(stop)).toBeNull();
});

describe('an irreversible command of an agent in an attended session', () => {
  const attended = () => working({}, { isAttended: true });

  it('causes a prompt with task and reason', async () => {
    await using harness = await attended();
    const output = run(harness, PUSH);
    expect([verdictOf(output), reasonOf(output)]).toEqual([
      'ask',
      'swarm task "a" (Do a): force-push. A forced push replaces what others have pushed.',
    ]);
    expect(harness.task('a')).toMatchObject({ status: 'input_required', deadlineAt: null });
    expect(() => decide(harness, 'approved')).toThrow(/answer there/);
  });

  it('counts as approved once it has run', async () => {
    await using harness = await attended();
    run(harness, PUSH, 'aa', 'toolu_p');
    harness.send(harness.session.toolDone('aa', 'toolu_p', 'Bash', { command: PUSH }));
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.approved']);
    expect(harness.task('a').status).toBe('working');
    // The next one causes another prompt.
    expect(verdictOf(run(harness, PUSH))).toBe('ask');
  });

  it('causes the same prompt if two processes judge the same call', async () => {
    await using harness = await attended();
    const first = run(harness, PUSH, 'aa', 'toolu_p');
    expect(reasonOf(run(harness, PUSH, 'aa', 'toolu_p'))).toBe(reasonOf(first));
    expect(kinds(harness)).toEqual(['gate.asked']);
  });

  it('counts as denied if the agent continues without it', async () => {
    await using harness = await attended();
    run(harness, PUSH);
    run(harness, 'ls');
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.denied']);
    expect(harness.task('a').status).toBe('working');
  });

  it('counts as denied if the agent reports instead, and the report completes the task', async () => {
    await using harness = await attended();
    run(harness, PUSH);
    end(harness);
    expect(kinds(harness)).toEqual(['gate.asked', 'gate.denied']);
    expect(harness.task('a').status).toBe('completed');
  });

  it('counts as approved even if a parallel call came before its end', async () => {
    await using harness = await attended();
    run(harness, PUSH, 'aa', 'toolu_p');
    run(harness, 'ls');
    harness.send(harness.session.toolDone('aa', 'toolu_p', 'Bash', { command: PUSH }));
    expect(readFileSync(harness.paths.summary, 'utf8')).toMatch(
      /\*\*a\*\* approved in the session/,
    );
  });

  it('leaves the task pending if nobody answered', async () => {
    await using harness = await attended();
    run(harness, PUSH);
    harness.send(harness.session.sessionEnd('other'));
    expect(harness.task('a').status).toBe('pending');
  });
});

describe('an edit', () => {
  const writes = { a: ['src/a/**'], c: ['src/c/**', 'app/[slug]/page.tsx'] };

  async function withFiles(): Promise<Harness> {
    const harness = await openHarness({ a: [], c: [], free: [] }, {}, { writes });
    for (const id of ['a', 'c', 'free']) {
      harness.launch(id);
      harness.link(id);
    }
    return harness;
  }

  function edit(harness: Harness, agent: string, path: string, more: object = {}): string {
    const input = { file_path: path.startsWith('/') ? path : join(harness.root, path) };
    const call = harness.session.toolCall(agent, `toolu_e${++calls}`, 'Write', input);
    return verdictOf(harness.send({ ...call, ...more }));
  }

  const noted = (harness: Harness) =>
    readLedger(harness.paths.ledger).events.flatMap((event) =>
      event.event === 'file.outside' ? [[event.task, event.path, event.claimedBy]] : [],
    );

  it('of its own files is allowed and not recorded', async () => {
    await using harness = await withFiles();
    expect(edit(harness, 'aa', 'src/a/x.ts')).toBe('none');
    expect(noted(harness)).toEqual([]);
  });

  it('outside of its writes is recorded once', async () => {
    await using harness = await withFiles();
    edit(harness, 'aa', 'README.md');
    expect(edit(harness, 'aa', 'README.md')).toBe('none');
    expect(edit(harness, 'aa', '/etc/hosts')).toBe('none');
    expect(noted(harness)).toEqual([
      ['a', 'README.md', null],
      ['a', '/etc/hosts', null],
    ]);
  });

  it('of a temporary file is not recorded', async () => {
    await using harness = await withFiles();
    edit(harness, 'aa', '/tmp/scratch-of-a/x.json');
    expect(noted(harness)).toEqual([]);
  });

  it('by a task without writes is denied only if another task claims the file', async () => {
    await using harness = await withFiles();
    expect(edit(harness, 'afree', 'README.md')).toBe('none');
    expect(edit(harness, 'afree', 'src/c/x.ts')).toBe('deny');
    expect(noted(harness)).toEqual([['free', 'src/c/x.ts', 'c']]);
  });

  it.each(['src/c/x.ts', 'src/a/../c/x.ts', 'app/[slug]/page.tsx'])(
    'of a file that another running task claims is denied: %s',
    async (path) => {
      await using harness = await withFiles();
      expect(edit(harness, 'aa', path)).toBe('deny');
    },
  );

  it('of a claimed file is allowed once the claiming task is no longer running', async () => {
    await using harness = await withFiles();
    harness.send(harness.session.subagentStop('ac', 'Done.'));
    expect(edit(harness, 'aa', 'src/c/x.ts')).toBe('none');
    expect(noted(harness)).toEqual([['a', 'src/c/x.ts', null]]);
  });

  it('through a link counts as an edit of the target', async () => {
    await using harness = await withFiles();
    mkdirSync(join(harness.root, 'src/c'), { recursive: true });
    symlinkSync(join(harness.root, 'src/c'), join(harness.root, 'link'));
    expect(edit(harness, 'aa', 'link/new.ts')).toBe('deny');
  });

  it('in a worktree of the repository counts as an edit of the same file', async () => {
    await using harness = await withFiles();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.invalid', ...args], {
        cwd: harness.root,
        stdio: 'ignore',
      });
    git('init');
    git('commit', '--allow-empty', '-m', 'first');
    git('worktree', 'add', '.claude/worktrees/a');
    expect(edit(harness, 'aa', '.claude/worktrees/a/src/a/x.ts')).toBe('none');
    expect(edit(harness, 'aa', '.claude/worktrees/a/src/c/x.ts')).toBe('deny');
    expect(noted(harness)).toEqual([['a', 'src/c/x.ts', 'c']]);
  });

  it('of a run’s own files is denied, and the files stay unchanged', async () => {
    await using harness = await withFiles();
    expect(edit(harness, 'aa', harness.paths.ledger)).toBe('deny');
    expect(edit(harness, 'afree', join(harness.paths.results, 'a.md'))).toBe('deny');
    expect(noted(harness)).toEqual([]);
  });

  it.each(['Edit', 'MultiEdit', 'NotebookEdit'])('by %s is checked as well', async (tool) => {
    await using harness = await withFiles();
    const path = join(harness.root, 'src/c/x.ipynb');
    const input = { [tool === 'NotebookEdit' ? 'notebook_path' : 'file_path']: path };
    expect(verdictOf(harness.send(harness.session.toolCall('aa', 'toolu_t', tool, input)))).toBe(
      'deny',
    );
  });

  describe('by a command', () => {
    const run = (harness: Harness, agent: string, command: string) =>
      harness.send(harness.session.toolCall(agent, `toolu_e${++calls}`, 'Bash', { command }));

    it.each([
      'echo hi > src/c/x.ts',
      'cd src && sed -i s/a/b/ c/x.ts',
      'git mv src/c/x.ts src/a/x.ts',
      'cp src/a/x.ts src/c',
      'sed -i s/a/b/ src/*/x.ts',
      'rm src/c/*',
      'cd src/a && perl -pi -e s/a/b/ ../**/?.ts',
      'git checkout HEAD -- src/c/x.ts',
      'git -C src restore c/x.ts',
      'ln -sf ../a/x.ts src/c/x.ts',
      'curl -sSLo src/c/x.ts https://example.com/x.ts',
      'cd src/c && wget https://example.com/x.ts?raw',
      'bash -c "echo hi > src/../src/c/x.ts"',
      'echo hi | tee "src/c/x.ts" > /dev/null',
      'cat a > "$PWD/src/c/x.ts"',
      'D=src/c; dd if=a of=$D/x.ts',
    ])('of a file that another running task claims is denied: %s', async (command) => {
      await using harness = await withFiles();
      mkdirSync(join(harness.root, 'src/c'), { recursive: true });
      writeFileSync(join(harness.root, 'src/c/x.ts'), '');
      const output = run(harness, 'aa', command);
      expect(verdictOf(output)).toBe('deny');
      expect(JSON.stringify(output)).toContain('src/c/x.ts');
      expect(noted(harness)).toEqual([['a', 'src/c/x.ts', 'c']]);
    });

    it.each([
      'sed -i s/a/b/ src/a/*.ts',
      'rm src/*/*.orig src/a/*',
      'cat src/c/x.ts > src/a/x.ts; cp src/c/* src/a',
      'git checkout -b src/c; git restore --staged src/c/x.ts; git checkout main',
      'echo "src/c/x.ts" > /dev/null; ls > "$F"; ls > "$D/src/c/x.ts"',
      'sed -n p src/c/x.ts; perl -ne print src/c/x.ts; sed -E s/a/b/ src/c/x.ts',
      "cat > src/a/x.sh <<'E'\necho hi > src/c/x.ts\nE",
      'scp host:src/c/x.ts src/a/x.ts; docker exec web sh -c "echo hi > src/c/x.ts"',
      'cd /tmp && echo hi > src/c/x.ts',
      'wget -qO- https://example.com/src/c/x.ts; curl -so/dev/null -XPOST localhost:3000',
    ])('of nothing that another task claims is let pass: %s', async (command) => {
      await using harness = await withFiles();
      for (const id of ['a', 'c']) {
        mkdirSync(join(harness.root, 'src', id), { recursive: true });
        writeFileSync(join(harness.root, 'src', id, 'x.ts'), '');
      }
      expect(run(harness, 'aa', command)).toBeNull();
      expect(noted(harness)).toEqual([]);
    });

    it('outside of its writes is recorded once if no part of it is denied', async () => {
      await using harness = await withFiles();
      mkdirSync(join(harness.root, 'src/a'), { recursive: true });
      mkdirSync(join(harness.root, 'docs'));
      expect(run(harness, 'aa', 'echo hi > README.md; rm src/c/x.ts')).not.toBeNull();
      for (const command of [
        'echo hi > README.md; echo hi >> README.md',
        'cat README.md > src/a/x.ts && cp src/a/x.ts src/a',
        'mv src/a/x.ts docs',
        'make > /tmp/scratch-of-a.log 2> /dev/null',
      ])
        expect(run(harness, 'aa', command)).toBeNull();
      expect(noted(harness)).toEqual([
        ['a', 'src/c/x.ts', 'c'],
        ['a', 'README.md', null],
        ['a', 'docs/x.ts', null],
      ]);
    });

    it('of a run’s own files is denied', async () => {
      await using harness = await withFiles();
      const { ledger } = harness.paths;
      expect(verdictOf(run(harness, 'afree', `cp /dev/null ${ledger}`))).toBe('deny');
      expect(run(harness, 'afree', `cp ${ledger} /tmp/copy.jsonl`)).toBeNull();
    });
  });

  it('of a file whose name is not a string is left to the client', async () => {
    await using harness = await withFiles();
    const call = harness.session.toolCall('aa', 'toolu_t', 'Write', { file_path: 7 });
    expect(harness.send(call)).toBeNull();
  });
});

describe('a tool of the MCP server', () => {
  const call = (harness: Harness, agent: string, tool: string) =>
    harness.send(harness.session.toolCall(agent, `toolu_m${++calls}`, `mcp__any__${tool}`, {}));

  it.each(['swarm_start', 'swarm_cancel', 'swarm_answer'])(
    '%s is denied to agents',
    async (tool) => {
      await using harness = await working();
      expect(verdictOf(call(harness, 'aa', tool))).toBe('deny');
      expect(verdictOf(call(harness, 'stranger', tool))).toBe('none');
    },
  );

  it('that only reads is left to the permission mode', async () => {
    await using harness = await working();
    expect(verdictOf(call(harness, 'aa', 'swarm_status'))).toBe('none');
  });
});
