import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { recordCheckpoint } from '../../../src/operations/record-checkpoint.ts';
import { storeReport } from '../../../src/operations/store-report.ts';
import { type Harness, openHarness, treeOf } from '../../support/hook-harness.ts';

async function working(): Promise<Harness & { ref: string }> {
  const harness = await openHarness({ a: [], b: [] });
  harness.launch('a');
  harness.link('a');
  return Object.assign(harness, { ref: `${harness.paths.run}/a` });
}

const checkpoint = (harness: Harness, name: string, percent: string, message = 'at work') =>
  recordCheckpoint(harness.context, name, percent, message);
const store = (harness: Harness, name: string, text: string) =>
  storeReport(harness.context, name, text);

describe('a checkpoint', () => {
  it.each([
    ['0', 0],
    ['40', 40],
    ['40%', 40],
    ['007', 7],
    ['100', 100],
  ])('with %s records %i percent', async (text, percent) => {
    await using harness = await working();
    expect(checkpoint(harness, harness.ref, text)).toMatchObject({
      task: 'a',
      percent,
      outcome: 'recorded',
    });
    expect(harness.task('a')).toMatchObject({ percent, message: 'at work' });
    const file = readFileSync(join(harness.paths.tasks, 'a.md'), 'utf8');
    expect(file).toContain(`\npercent: ${percent}\n`);
  });

  it('cannot decrease progress', async () => {
    await using harness = await working();
    checkpoint(harness, harness.ref, '60');
    expect(checkpoint(harness, harness.ref, '20', 'again')).toMatchObject({
      percent: 60,
      outcome: 'behind',
    });
    expect(harness.task('a')).toMatchObject({ percent: 60, message: 'again' });
  });

  it('records one short plain line without credentials', async () => {
    await using harness = await working();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    checkpoint(harness, harness.ref, '5', `\u001b[31m${secret}\n\n# x\u202e ${'y'.repeat(500)}`);
    const { message } = harness.task('a');
    expect(message).toMatch(/^\[redacted\] # x y+…$/);
    expect(message).toHaveLength(200);
    expect(readFileSync(harness.paths.ledger, 'utf8')).not.toContain(secret);
  });

  it('rejects an invalid percentage, an empty message and an unknown task', async () => {
    await using harness = await working();
    const before = treeOf(harness.root);
    const bad = ['', '-1', '101', '1e2', '12.5', 'half', '0x10', ' 5', '5 %', '1000', '٥'];
    for (const percent of bad) {
      expect(() => checkpoint(harness, harness.ref, percent), percent).toThrow(
        expect.objectContaining({ name: 'SwarmError', exitCode: 2 }),
      );
    }
    for (const message of ['', ' \n', '\u001b[31m', '\u0000']) {
      expect(() => checkpoint(harness, harness.ref, '5', message), message).toThrow(
        expect.objectContaining({ exitCode: 2 }),
      );
    }
    for (const [name, exitCode] of [
      ['x', 3],
      ['20261122-181530-000aaa', 2],
      ['20261122-181530-000aaa/a', 3],
      ['../../x/a', 2],
    ] as const) {
      expect(() => checkpoint(harness, name, '5'), name).toThrow(
        expect.objectContaining({ exitCode }),
      );
    }
    expect(treeOf(harness.root)).toEqual(before);
  });

  it('rejects a task that is not running', async () => {
    await using harness = await working();
    const run = harness.paths.run;
    expect(() => checkpoint(harness, `${run}/zz`, '5')).toThrow(
      expect.objectContaining({ exitCode: 3 }),
    );
    expect(() => checkpoint(harness, `${run}/b`, '5')).toThrow(/no agent is working on/);
    harness.send(harness.session.subagentStop('aa', 'Report'));
    const before = treeOf(harness.root);
    expect(() => checkpoint(harness, harness.ref, '5')).toThrow(/no agent is working on/);
    expect(treeOf(harness.root)).toEqual(before);
  });
});

describe('a result', () => {
  it('is stored unchanged, and completes the task when its agent ends', async () => {
    await using harness = await working();
    const text = '# Report\r\n\n<b>über 🙂</b>\n';
    expect(store(harness, harness.ref, text)).toMatchObject({
      outcome: 'stored',
      path: 'results/a.md',
      bytes: Buffer.byteLength(text),
    });
    expect(harness.task('a')).toMatchObject({ status: 'working', result: null });
    harness.send(harness.session.subagentStop('aa', 'The abstract.'));
    expect(harness.report('a')).toBe(text);
    expect(readFileSync(harness.paths.summary, 'utf8')).toContain('> The abstract.');
  });

  it('can be replaced, and the last one counts', async () => {
    await using harness = await working();
    store(harness, harness.ref, 'first');
    store(harness, harness.ref, 'second');
    harness.send(harness.session.subagentStop('aa', 'The abstract.'));
    expect(harness.report('a')).toBe('second');
  });

  it('has its beginning as abstract until the agent provides one', async () => {
    await using harness = await working();
    store(harness, harness.ref, '# Report\n\nAll is well.');
    harness.send(
      harness.session.notification({ taskId: 'aa', toolUseId: 'toolu_a', status: 'killed' }),
    );
    expect(harness.task('a').status).toBe('completed');
    expect(readFileSync(harness.paths.summary, 'utf8')).toContain('> # Report\n>\n> All is well.');
  });

  it('puts no credential into the ledger or the summary', async () => {
    await using harness = await working();
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    store(harness, harness.ref, `The key is ${secret}.`);
    harness.send(harness.session.subagentStop('aa', `Found ${secret}.`));
    for (const path of [harness.paths.ledger, harness.paths.summary, harness.paths.status]) {
      expect(readFileSync(path, 'utf8')).not.toContain(secret);
    }
    expect(harness.report('a')).toContain(secret);
  });

  it.each(['', ' ', '\n\n'])('cannot be empty: %j', async (text) => {
    await using harness = await working();
    const events = readLedger(harness.paths.ledger).events.length;
    expect(() => store(harness, harness.ref, text)).toThrow(
      expect.objectContaining({ exitCode: 2 }),
    );
    expect(readLedger(harness.paths.ledger).events).toHaveLength(events);
  });

  it('cannot be huge', async () => {
    await using harness = await working();
    expect(() => store(harness, harness.ref, 'x'.repeat(20_000_001))).toThrow(/at most/);
    expect(existsSync(join(harness.paths.results, 'a.md'))).toBe(false);
  });

  it('that arrives late is kept separately without effect', async () => {
    await using harness = await working();
    harness.send(harness.session.subagentStop('aa', 'Report'));
    expect(store(harness, harness.ref, 'late')).toMatchObject({ outcome: 'late' });
    expect(store(harness, harness.ref, 'later')).toMatchObject({
      outcome: 'late',
      path: 'results/a.late.2.md',
    });
    expect(store(harness, `${harness.paths.run}/b`, 'early')).toMatchObject({ outcome: 'late' });
    expect(harness.report('a')).toBe('Report');
    expect(harness.task('b').status).toBe('pending');
    const summary = readFileSync(harness.paths.summary, 'utf8');
    for (const name of ['a.late', 'a.late.2', 'b.late']) {
      expect(summary).toContain(`(results/${name}.md)`);
    }
  });

  it('for an unknown task is rejected and not stored', async () => {
    await using harness = await working();
    const before = treeOf(harness.root);
    expect(() => store(harness, `${harness.paths.run}/zz`, 'x')).toThrow(/has no task "zz"/);
    expect(() => store(harness, '20200101-000000-000aaa/a', 'x')).toThrow(/no run/);
    expect(treeOf(harness.root)).toEqual(before);
  });
});
