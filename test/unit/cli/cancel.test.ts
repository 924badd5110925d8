import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/cli-context.ts';
import { toStatusDocument } from '../../../src/run/status-document.ts';
import { loadRun } from '../../../src/store/run-handle.ts';
import { runPaths } from '../../../src/store/run-paths.ts';
import { type CliAnswer, callCli } from '../../support/cli-context.ts';
import { completes, launched, opened, RUN, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

const OTHER = '20261122-181531-000xyz';
let dir: TempDir;

beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

/** Calls `swarm cancel` in a terminal where a person gives these answers. */
async function atTerminal(
  args: string[],
  answers: string[],
): Promise<CliAnswer & { asked: string }> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const questions: string[] = [];
  const left = [...answers];
  const stderr = {
    isTTY: true,
    write: (text: string) => {
      questions.push(text);
      const answer = left.shift();
      setImmediate(() => (answer === undefined ? stdin.end() : stdin.write(`${answer}\n`)));
      return true;
    },
  };
  const context = { stdin, stderr: stderr as unknown as CliContext['stderr'], cwd: dir.path };
  return { ...(await callCli(['cancel', ...args], context)), asked: questions.join('') };
}

const statusOf = (run: string) => {
  const { status, counts } = toStatusDocument(loadRun(runPaths(dir.path, run)).state);
  return { status, cancelled: counts.cancelled };
};

function storeBoth(): void {
  storeRun(dir.path, [opened(['a', 'b']), launched('a'), started('a'), ...completes('b')]);
  storeRun(dir.path, [opened(['c'], { run: OTHER, goal: 'Write the docs' })], OTHER);
}

describe('in a terminal', () => {
  it('asks which run, and then whether', async () => {
    storeBoth();
    const { asked, stderr, stdout, exitCode } = await atTerminal([], ['2', 'y']);
    expect(stderr).toContain(`  1  ${OTHER}: Write the docs\n  2  ${RUN}: Reach the goal`);
    expect(stderr).toContain('Agents that are running would stop: a');
    expect(stderr).toContain('1 of 2 tasks completed; their reports are kept');
    expect(asked).toBe(
      `Cancel which? [1-2; Enter for none] Cancel run ${RUN}: Reach the goal? [y/N] `,
    );
    expect(stdout).toBe('stopping at the next tool call: a');
    expect(exitCode).toBe(0);
    expect(statusOf(OTHER)).toEqual({ status: 'working', cancelled: 0 });
  });

  it.each([
    ['no choice', [''], 'no run was chosen'],
    ['another number', ['3'], 'expected a number from 1 to 2, found "3"'],
    ['the end of input', [], 'no run was chosen'],
  ])('cancels nothing after %s', async (_, answers, message) => {
    storeBoth();
    const { stderr, exitCode } = await atTerminal([], answers);
    expect(stderr).toContain(`nothing was cancelled: ${message}`);
    expect(exitCode).toBe(1);
    expect([statusOf(RUN), statusOf(OTHER)].map(({ cancelled }) => cancelled)).toEqual([0, 0]);
  });

  it.each([[''], ['n'], ['yo'], []])('takes %j for no', async (...answers) => {
    storeBoth();
    const { stdout, exitCode } = await atTerminal([OTHER], answers);
    expect(stdout).toContain('nothing was cancelled');
    expect(exitCode).toBe(1);
    expect(statusOf(OTHER).cancelled).toBe(0);
  });

  it('asks before it cancels a named run or task, unless told not to', async () => {
    storeBoth();
    expect((await atTerminal([`${RUN}/a`], ['y'])).asked).toBe(
      `Cancel task a of run ${RUN}: Reach the goal? [y/N] `,
    );
    expect((await atTerminal([OTHER, '--yes'], [])).asked).toBe('');
    expect(statusOf(OTHER)).toEqual({ status: 'cancelled', cancelled: 1 });
  });

  it('asks nothing if there is nothing to end', async () => {
    storeRun(dir.path, [opened(['b']), ...completes('b')]);
    const { asked, stdout } = await atTerminal([RUN], []);
    expect(asked).toBe('');
    expect(stdout).toContain('nothing to cancel');
    expect((await atTerminal([], [])).exitCode).toBe(3);
  });
});

describe('without a terminal', () => {
  it('needs the run, and names those there are', async () => {
    storeBoth();
    const { stderr, exitCode } = await callCli(['cancel'], { cwd: dir.path });
    expect(stderr).toContain('name what to cancel: swarm cancel <run-id>');
    expect(stderr).toContain(`${RUN}: Reach the goal`);
    expect(exitCode).toBe(2);
    expect([statusOf(RUN), statusOf(OTHER)].map(({ cancelled }) => cancelled)).toEqual([0, 0]);
  });

  it('asks nothing of a script, nor of a session of Claude Code', async () => {
    storeBoth();
    expect((await callCli(['cancel', OTHER], { cwd: dir.path })).stdout).toBe('cancelled 1 task');
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const inSession = { cwd: dir.path, session: 's', stdin };
    expect((await callCli(['cancel', RUN], inSession)).stdout).toContain('stopping');
  });
});
