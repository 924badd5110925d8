import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LEDGER_FORMAT, NewerLedgerError } from '../../../src/ledger/format.ts';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { createRun } from '../../../src/operations/plans/create-run.ts';
import { makeHost } from '../../support/host.ts';
import { launched, makeTask, opened } from '../../support/run-events.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

async function ledgerOf(...lines: object[]) {
  const dir = await makeTempDir();
  const path = join(dir.path, 'ledger.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return { path, [Symbol.asyncDispose]: dir.remove };
}

it.each([
  ['without a format, as version 0.1.0 writes it', {}],
  ['of the current format', { format: LEDGER_FORMAT }],
])('reads a ledger %s', async (_, fields) => {
  const event = { ...opened(['a']), ...fields };
  await using ledger = await ledgerOf(event, launched('a'));
  expect(readLedger(ledger.path)).toMatchObject({ events: [event, launched('a')], defects: [] });
});

it('rejects a ledger of a newer format, whatever else its run.opened holds', async () => {
  const format = LEDGER_FORMAT + 1;
  const event = { event: 'run.opened', format, somethingNew: true };
  await using ledger = await ledgerOf(event, launched('a'));
  expect(() => readLedger(ledger.path)).toThrow(NewerLedgerError);
  const error = expect.objectContaining({
    exitCode: 2,
    message: expect.stringMatching(
      new RegExp(`^${ledger.path}: .*${LEDGER_FORMAT} .*${format}.*update swarm-parallel`),
    ),
  });
  expect(() => readLedger(ledger.path)).toThrow(error);
});

it.each([['"2"'], ['1.5'], ['0'], ['null']])('rejects %s as a format', async (format) => {
  const event = { ...opened(['a']), format: JSON.parse(format) };
  await using ledger = await ledgerOf(event);
  expect(readLedger(ledger.path).defects).toMatchObject([{ kind: 'invalid-event' }]);
});

it('is written by every new run', async () => {
  await using dir = await makeTempDir();
  const plan = { goal: 'Goal', quorum: 'all' as const, check: [], context: '' };
  const { paths } = createRun(makeHost(dir.path), { ...plan, tasks: [makeTask('a')] }, '');
  const [line = ''] = readFileSync(paths.ledger, 'utf8').split('\n');
  expect(JSON.parse(line)).toMatchObject({ event: 'run.opened', format: LEDGER_FORMAT });
});
