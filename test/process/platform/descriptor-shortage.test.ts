import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync } from 'node:fs';
import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { git } from '../../../src/platform/git.ts';
import { descriptorShortage } from '../../../src/platform/process/descriptor-shortage.ts';
import { runDiscardingOutput } from '../../../src/platform/process/run-discarding-output.ts';
import { runProgram } from '../../../src/platform/process/run-program.ts';
import { runCommand } from '../../../src/proof/run-command.ts';
import { startWorker } from '../../../src/supervisor/executor/local-process.ts';

const PRLIMIT = '/usr/bin/prlimit';
const cwd = import.meta.dirname;
const never = new AbortController().signal;
const [program, args, env] = [process.execPath, ['-e', ''], {}];

/** Starts a program, and returns why that failed. */
const STARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  git: () => git(cwd, ['--version']).catch((error) => error.message),
  'a program': async () => (await runProgram(program, args, { cwd, env })).failure,
  'a notification': () =>
    runDiscardingOutput([program, ...args], { cwd, input: '', timeoutMs: 1_000 }),
  'a check': async () => {
    const limits = { timeout: 1_000, signal: never, now: Date.now, write: () => {} };
    return (await runCommand({ command: 'true', cwd, env, envTag: 'A=b', ...limits }))?.failure;
  },
  'a worker': async () => {
    const start = { attempt: 'a', client: program, args, cwd, env, prompt: '', onStream() {} };
    return (await startWorker(start).ended).spawnError;
  },
};

it.runIf(existsSync(PRLIMIT)).each(Object.entries(STARTS))(
  'leaks no file descriptor where too few are left to start %s',
  async (_, start) => {
    const count = () => readdirSync('/proc/self/fd').length;
    const limit = execFileSync(PRLIMIT, [
      ...['--pid', String(process.pid), '--nofile', '--output=SOFT', '--noheadings'],
    ]);
    const setLimit = (value: string) =>
      execFileSync(PRLIMIT, ['--pid', String(process.pid), `--nofile=${value}:`]);
    setLimit(String(count() + 100));
    const open: number[] = [];
    try {
      while (descriptorShortage() === null) open.push(openSync(devNull, 'r'));
      const before = count();

      const failures = [await start(), await start(), await start()];

      expect(failures).toEqual(failures.map(() => expect.stringContaining('EMFILE')));
      expect(count()).toBe(before);
    } finally {
      for (const descriptor of open) closeSync(descriptor);
      setLimit(limit.toString().trim());
    }
  },
);
