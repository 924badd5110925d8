import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openOutbox } from '../../../src/notify/outbox/outbox.ts';
import { queueRunMessages } from '../../../src/notify/outbox/queue-messages.ts';
import { readTargets } from '../../../src/notify/outbox/read-targets.ts';
import { publish } from '../../../src/store/commit.ts';
import { makeHost } from '../../support/host.ts';
import { ended, launched, opened, started } from '../../support/run-events.ts';
import { storeRun } from '../../support/stored-run.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
beforeEach(async () => {
  dir = await makeTempDir();
});
afterEach(() => dir.remove());

function configure(events: string[]): void {
  mkdirSync(join(dir.path, '.claude'), { recursive: true });
  const targets = [{ url: 'https://one.example/in', secretEnv: 'S', events }];
  writeFileSync(
    join(dir.path, '.claude/swarm-parallel.json'),
    JSON.stringify({ notify: { targets } }),
  );
}

const goal = 'Deploy with sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789';
const COMPLETED = [opened(['a'], { goal, session: null }), launched('a'), started('a'), ended('a')];

function queue() {
  const run = storeRun(dir.path, COMPLETED);
  const host = makeHost(dir.path);
  const outbox = openOutbox(join(dir.path, 'outbox.jsonl'));
  const targets = readTargets(dir.path);
  const context = { outbox, targets, hubUrl: 'http://127.0.0.1:4600', host };
  return { run, outbox, again: () => queueRunMessages(run, 'test', context) };
}

describe('the events of a run', () => {
  it('are put into the outbox once, in their order', () => {
    configure(['run.started', 'task.completed', 'run.ended']);
    const { outbox, again } = queue();
    again();
    again();
    const types = () => [...outbox.state.messages.values()].map(({ type }) => type);
    expect(types()).toEqual(['run.started', 'task.completed', 'run.ended']);
  });

  it('are added once even if their note in the ledger was lost', () => {
    configure(['run.ended']);
    queue().again();
    const { outbox, again } = queue();
    again();
    expect(outbox.state.messages.size).toBe(1);
  });

  it('are limited to those that a target wants', () => {
    configure(['task.completed']);
    const { outbox, again } = queue();
    again();
    const [message, ...others] = outbox.state.messages.values();
    expect(others).toEqual([]);
    expect(message).toMatchObject({
      type: 'task.completed',
      data: { task: 'a', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:4600\/runs\/\d{8}-/) },
    });
  });

  it('do not contain credentials', () => {
    configure(['run.ended']);
    const { outbox, again } = queue();
    again();
    expect(JSON.stringify([...outbox.state.messages.values()])).not.toContain('abcdefghijklmnop');
  });
});

describe('a change of a run', () => {
  function changes(events: string[] | null): number {
    if (events) configure(events);
    const run = storeRun(dir.path, COMPLETED);
    let notifiers = 0;
    const host = makeHost(dir.path, { notify: () => notifiers++ });
    publish(run, ['a'], host);
    return notifiers;
  }

  it('starts a notifier if a target wants its event', () => {
    expect(changes(['task.completed'])).toBe(1);
  });

  it('starts none otherwise', () => {
    expect(changes(['gate.waiting'])).toBe(0);
    expect(changes(null)).toBe(0);
  });
});
