import { lstatSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Harness, openHarness } from '../../support/hook-harness.ts';

const RETRY = { tiers: { medium: { retry: { maximumAttempts: 2, initialInterval: '0s' } } } };

async function open(): Promise<Harness> {
  const harness = await openHarness({ a: [], b: [] }, RETRY, { writes: { a: ['src/**'] } });
  for (const task of ['a', 'b']) {
    harness.launch(task);
    harness.link(task);
  }
  return harness;
}

const scratch = ({ paths }: Harness, name: string) => join(paths.dir, 'scratch', name);

const write = (harness: Harness, agent: string, file: string) => {
  const call = harness.session.toolCall(agent, 'toolu_w', 'Write', { file_path: file });
  const output = harness.send(call);
  const decision = output && 'hookSpecificOutput' in output ? output.hookSpecificOutput : {};
  return decision.permissionDecision ?? null;
};

it('is made at the launch, for the user alone, and named in the brief', async () => {
  await using harness = await openHarness({ a: [] }, RETRY);
  const brief = JSON.stringify(harness.launch('a'));

  expect(brief).toContain(scratch(harness, 'a.1'));
  for (const path of [scratch(harness, ''), scratch(harness, 'a.1')]) {
    expect([lstatSync(path).isDirectory(), (lstatSync(path).mode & 0o777).toString(8)]).toEqual([
      true,
      '700',
    ]);
  }
});

it('is another one for each attempt', async () => {
  await using harness = await open();
  harness.send(harness.session.stopFailure('aa', 'server_error', 'API Error: 500'));
  harness.context.sleep(5_000);
  const again = harness.session.preAgent('toolu_a2', harness.token('a'));

  expect(JSON.stringify(harness.send(again))).toContain(scratch(harness, 'a.2'));
});

it('may be written by its own agent unasked, and by no other', async () => {
  await using harness = await open();
  const own = join(scratch(harness, 'a.1'), 'notes.md');

  expect(write(harness, 'aa', own)).toBe('allow');
  expect(write(harness, 'ab', own)).toBe('deny');
  expect(write(harness, 'aa', join(scratch(harness, 'a.1'), '..', 'x'))).toBe('deny');
  expect(write(harness, 'aa', scratch(harness, 'a.10/x'))).toBe('deny');
  // Notes are no change that the task would have to declare.
  expect(harness.load().state.tasks.get('a')?.undeclaredWrites).toEqual([]);
});

it('leads nowhere else, whatever links are in it', async () => {
  await using harness = await open();
  const link = join(scratch(harness, 'a.1'), 'link');
  symlinkSync(harness.paths.dir, link);

  expect(write(harness, 'aa', join(link, 'ledger.jsonl'))).toBe('deny');
});

it('does not keep a task from being launched if it cannot be made', async () => {
  await using harness = await openHarness({ a: [] }, RETRY);
  writeFileSync(scratch(harness, ''), 'a file');

  expect(JSON.stringify(harness.launch('a'))).toContain('"allow"');
  expect(harness.task('a').status).toBe('working');
});
