import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { registerCleanUp } from '../support/clean-up.ts';
import { waitUntil } from '../support/wait-until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TIMEOUT_MS = 300_000;

interface Demo extends Disposable {
  readonly process: ChildProcess;
  /** The output so far. */
  output(): string;
  /** The temporary directory, once the demo has printed it. */
  directory(): string | undefined;
  readonly ended: Promise<number | null>;
}

function startDemo(): Demo {
  const demo = spawn(process.execPath, ['--import', 'tsx', join('scripts', 'demo.ts')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  registerCleanUp(() => void demo.kill('SIGTERM'));
  let printed = '';
  for (const stream of [demo.stdout, demo.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  const directory = () => /rm -rf (\S+)/.exec(printed)?.[1];
  return {
    process: demo,
    output: () => printed,
    directory,
    ended: new Promise((resolve) => demo.once('close', resolve)),
    [Symbol.dispose]() {
      const path = directory();
      if (path) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The processes whose working directory is in a directory; empty without `/proc`. */
function processesIn(directory: string): string[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
      } catch {
        return false;
      }
    });
}

test('the demo shows a run, prints the path of its summary and leaves no process running', {
  tags: ['long'],
  timeout: TIMEOUT_MS,
}, async () => {
  using demo = startDemo();

  expect(await demo.ended, demo.output()).toBe(0);

  const directory = demo.directory() ?? '';
  const [, summary = ''] = /^Summary: +(\S+)$/m.exec(demo.output()) ?? [];
  expect(summary.startsWith(directory)).toBe(true);
  expect(readFileSync(summary, 'utf8')).toContain(
    '6 of 7 tasks completed (1 verified, 5 unverified), 1 failed',
  );
  expect(demo.output()).toContain('◐ tokens working 60%');
  expect(processesIn(directory)).toEqual([]);
});

test(
  'an interrupted demo leaves no process running',
  async () => {
    using demo = startDemo();
    await waitUntil(() => demo.output().includes('◐ tokens working'), { state: demo.output });
    demo.process.kill('SIGINT');

    expect(await demo.ended).toBe(130);
    expect(processesIn(demo.directory() ?? '')).toEqual([]);
  },
  TIMEOUT_MS,
);
