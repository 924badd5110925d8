import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { preBashEvent } from '../../../src/claude/hook-events.ts';
import { allowSwarmCommand } from '../../../src/hooks/allow-swarm-command.ts';
import type { HookOutput } from '../../../src/hooks/hook-context.ts';
import { expireAttempts } from '../../../src/operations/expire-attempts.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { type Harness, openHarness, treeOf } from '../../support/hook-harness.ts';

function ask(harness: Harness, command: string, agentId?: string): HookOutput {
  return allowSwarmCommand(
    preBashEvent.parse(harness.session.bash(command, agentId)),
    harness.context,
  );
}

const ANYWHERE = ['checkpoint', 'result', 'status', 'summary', 'list'];
const BY_ORCHESTRATOR = ['plan', 'watch', 'cancel', 'retry', 'resume', 'doctor', 'help'];
const BY_PERSON = ['install', 'uninstall', 'prune', 'run', 'mcp', '--help', 'x'];

const ALLOWED = { hookSpecificOutput: { permissionDecision: 'allow' } };

describe('a swarm command in Bash', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await openHarness({ a: [] });
  });
  afterAll(() => harness[Symbol.asyncDispose]());

  it.each(ANYWHERE)('%s is allowed in the conversation and in agents', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject(ALLOWED);
    expect(ask(harness, `swarm ${name} x`, 'aa')).toMatchObject(ALLOWED);
  });

  it.each(BY_ORCHESTRATOR)('%s is allowed only in the conversation', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject(ALLOWED);
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each(BY_PERSON)('%s is left to the permissions of the session', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toBeNull();
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each(['approve', 'deny'])('%s prompts the user, whatever the session allows', (name) => {
    expect(ask(harness, `swarm ${name} x`)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'ask' },
    });
    expect(ask(harness, `swarm ${name} x`, 'aa')).toBeNull();
  });

  it.each([
    'swarm approve x 2>&1 | tail -5',
    'cd .. && bin/swarm deny x',
    'A=1 swarm --json approve x',
    '"swarm" approve x; ls',
  ])('%s asks the person, too', (command) => {
    expect(ask(harness, command)).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'ask' },
    });
    expect(ask(harness, command, 'aa')).toBeNull();
  });

  it.each([
    'swarm plan --allow-checks plan.md',
    'swarm plan "--allow-"checks plan.md',
    'swarm run --allow-checks plan.md',
    'cd .. && swarm plan --allow-checks plan.md',
  ])('%s asks the person about the checks', (command) => {
    expect(ask(harness, command)).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'ask',
        permissionDecisionReason: expect.stringContaining('outside of the permissions'),
      },
    });
    expect(ask(harness, command, 'aa')).toBeNull();
  });

  it.each([
    'swarm retry x --budget-usd 50',
    'swarm retry "--budget-"tokens=9000000 x',
    'cd .. && swarm retry x --budget-usd=50',
  ])('%s asks the person about the budget', (command) => {
    expect(ask(harness, command)).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'ask',
        permissionDecisionReason: expect.stringContaining('raises the budget'),
      },
    });
    expect(ask(harness, 'swarm retry x')).not.toMatchObject({
      hookSpecificOutput: { permissionDecision: 'ask' },
    });
  });

  it.each([
    'swarm status | grep approve',
    'swarm status && ls',
    'swarm status > f',
    'swarm status $(ls)',
    'ls',
    'A=1 swarm status',
  ])('is not alone in %j, which is left to the permissions of the session', (command) => {
    expect(ask(harness, command)).toBeNull();
  });
});

describe('a report in a here-document', () => {
  const command = (ref: string, text: string) => `swarm result ${ref} - <<'EOF'\n${text}EOF\n`;
  const long = `${'über 🙂 $(x) \\ `y`\n'.repeat(6_000)}`;

  async function working(): Promise<Harness & { ref: string }> {
    const harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.link('a');
    return Object.assign(harness, { ref: `${harness.paths.run}/a` });
  }

  it('that fits a command line is stored by the command', async () => {
    await using harness = await working();
    const output = ask(harness, command(harness.ref, 'short\n'), 'aa');
    expect(output).toMatchObject(ALLOWED);
    expect(output).not.toHaveProperty('hookSpecificOutput.updatedInput');
    expect(existsSync(join(harness.paths.results, 'a.md'))).toBe(false);
  });

  it('that does not fit is stored by the hook, and the command only confirms it', async () => {
    await using harness = await working();
    expect(ask(harness, command(harness.ref, long), 'aa')).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'allow',
        updatedInput: {
          command: `swarm result ${harness.ref} --stored results/a.md`,
          description: 'run it',
        },
      },
    });
    expect(readFileSync(join(harness.paths.results, 'a.md'), 'utf8')).toBe(long);
    harness.send(harness.session.subagentStop('aa', 'Abstract.'));
    expect(harness.report('a')).toBe(long);
  });

  it.each(['x', '../a', '20200101-000000-000aaa/A'])('for %s is not stored', async (ref) => {
    await using harness = await working();
    const before = treeOf(harness.root);
    expect(ask(harness, command(ref, long), 'aa')).not.toHaveProperty(
      'hookSpecificOutput.updatedInput',
    );
    expect(treeOf(harness.root)).toEqual(before);
  });

  it.each(['short\n', long])('for another task is denied and not stored', async (text) => {
    await using harness = await openHarness({ a: [], b: [] });
    for (const id of ['a', 'b']) {
      harness.launch(id);
      harness.link(id);
    }
    const before = treeOf(harness.root);
    expect(ask(harness, command(`${harness.paths.run}/b`, text), 'aa')).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
    expect(treeOf(harness.root)).toEqual(before);
  });

  it('followed by another command is not stored', async () => {
    await using harness = await working();
    const before = treeOf(harness.root);
    expect(ask(harness, `${command(harness.ref, long)}\nls`, 'aa')).toBeNull();
    expect(treeOf(harness.root)).toEqual(before);
  });
});

describe('an agent whose attempt has ended', () => {
  const report = (ref: string) => `swarm result ${ref} - <<'EOF'\nOf the first.\nEOF\n`;

  /** Its task has been launched again with the agent `second`, which has not reported yet. */
  async function replaced(end: (harness: Harness) => void): Promise<Harness & { ref: string }> {
    const tiers = { medium: { retry: { initialInterval: '1ms', maximumAttempts: 2 } } };
    const harness = await openHarness({ a: [] }, { tiers });
    const { session, token, context } = harness;
    harness.launch('a');
    harness.link('a');
    end(harness);
    context.sleep(1_000);
    harness.send(session.preAgent('toolu_second', token('a')));
    harness.send(session.agentLaunched('toolu_second', token('a'), 'second'));
    expect(harness.task('a')).toMatchObject({ status: 'working', agentId: 'second' });
    return Object.assign(harness, { ref: `${harness.paths.run}/a` });
  }

  function timeOut({ context, paths }: Harness): void {
    context.sleep(600_000);
    expireAttempts(loadRun(paths), context);
  }
  const lose = ({ send, session }: Harness) => void send(session.turnEnd());

  function read({ paths }: Harness, file: string): string | null {
    const path = join(paths.results, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : null;
  }

  it('by a timeout is ended, and its report is kept as a late report', async () => {
    await using harness = await replaced(timeOut);
    expect(ask(harness, report(harness.ref), 'aa')).toMatchObject({ continue: false });
    expect(read(harness, 'a.md')).toBeNull();
    expect(read(harness, 'a.late.md')).toBe('Of the first.\n');
    expect(readFileSync(harness.paths.summary, 'utf8')).toContain('results/a.late.md');
    harness.send(harness.session.subagentStop('second', 'Of the second.'));
    expect(harness.report('a')).toBe('Of the second.');
  });

  it('because it counted as lost can still store its own report', async () => {
    await using harness = await replaced(lose);
    expect(ask(harness, report(harness.ref), 'aa')).toMatchObject({
      hookSpecificOutput: {
        permissionDecision: 'allow',
        updatedInput: { command: `swarm result ${harness.ref} --stored results/a.late.md` },
      },
    });
    expect(read(harness, 'a.md')).toBeNull();
    harness.send(harness.session.stopFailure('second', 'unknown', 'API Error: 400 bad'));
    expect(harness.report('a')).toBe('Of the first.\n');
  });

  it.each([
    (ref: string) => `swarm checkpoint ${ref} 90 "nearly done"`,
    (ref: string) => `cat report.md | swarm result ${ref} -`,
  ])('cannot record progress or a report for its successor', async (command) => {
    await using harness = await replaced(lose);
    expect(ask(harness, command(harness.ref), 'aa')).toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
    expect(ask(harness, command(harness.ref), 'second')).not.toMatchObject({
      hookSpecificOutput: { permissionDecision: 'deny' },
    });
  });

  it('because it counted as lost completes its task if there is no successor', async () => {
    await using harness = await openHarness({ a: [] });
    harness.launch('a');
    harness.link('a');
    lose(harness);
    expect(harness.task('a')).toMatchObject({ status: 'failed', error: { category: 'lost' } });
    ask(harness, report(`${harness.paths.run}/a`), 'aa');
    expect(harness.task('a').status).toBe('completed');
    expect(harness.report('a')).toBe('Of the first.\n');
  });
});
