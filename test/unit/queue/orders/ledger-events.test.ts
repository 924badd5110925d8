import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendEvents, readLedger } from '../../../../src/ledger/ledger-file.ts';
import { ledgerEvents } from '../../../../src/queue/orders/ledger-events.ts';
import { launched, makeTask, opened } from '../../../support/run-events.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

const OPENED = opened([makeTask('one')]);
const LAUNCHED = launched('one');

test('each call has all events, and takes only what is new from the ledger', async () => {
  await using dir = await makeTempDir();
  const ledger = join(dir.path, 'ledger.jsonl');
  writeFileSync(ledger, '');
  appendEvents(ledger, [OPENED]);
  const read = ledgerEvents(ledger);

  const [first] = read();
  appendEvents(ledger, [LAUNCHED]);
  const events = read();

  expect(events).toEqual(readLedger(ledger).events);
  expect(events).toHaveLength(2);
  // It was not parsed again.
  expect(events[0]).toBe(first);
  expect(read()).toHaveLength(2);
});

test('an event that was half written at one call is there at the next', async () => {
  await using dir = await makeTempDir();
  const ledger = join(dir.path, 'ledger.jsonl');
  const line = `${JSON.stringify(LAUNCHED)}\n`;
  writeFileSync(ledger, `${JSON.stringify(OPENED)}\n${line.slice(0, 20)}`);
  const read = ledgerEvents(ledger);

  expect(read()).toEqual([OPENED]);
  appendFileSync(ledger, line.slice(20));

  expect(read()).toEqual([OPENED, LAUNCHED]);
});
