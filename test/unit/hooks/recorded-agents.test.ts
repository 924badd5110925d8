import { describe, expect, it } from 'vitest';
import { readLedger } from '../../../src/ledger/ledger-file.ts';
import { recordCheckpoint } from '../../../src/operations/record-checkpoint.ts';
import { type Harness, openHarness } from '../../support/hook-harness.ts';
import type { Payload } from '../../support/hook-payloads.ts';
import {
  CLIENT_VERSIONS,
  type ClientVersion,
  readRecording,
  recordedBehaviours,
  replay,
} from '../../support/recording.ts';

/** Replays the hook payloads that the real client sent for every way in which an agent can end. */

/** A run in which a task waits for the one whose agent shows the behaviour. */
async function replayed(version: ClientVersion, task: string): Promise<Harness> {
  const harness = await openHarness({ [task]: [], after: [task] });
  replay(harness, readRecording(version, `agent-${task}`));
  return harness;
}

const ENDS = [
  { task: 'reports-text', status: 'completed', category: undefined },
  { task: 'reports-nothing', status: 'failed', category: 'empty' },
  { task: 'api-error-400', status: 'failed', category: 'fatal', message: 'injected' },
  { task: 'api-error-401', status: 'failed', category: 'fatal', message: 'injected' },
  { task: 'api-error-429', status: 'failed', category: 'transient', message: 'injected' },
  { task: 'api-error-500', status: 'failed', category: 'transient', message: 'injected' },
  { task: 'api-error-529', status: 'failed', category: 'transient', message: 'injected' },
  { task: 'connection-cut', status: 'failed', category: 'transient' },
  { task: 'connection-reset', status: 'failed', category: 'transient' },
  { task: 'unknown-type', status: 'failed', category: 'fatal', message: 'no-such-agent' },
  { task: 'stopped', status: 'cancelled', category: undefined },
];

describe.each(CLIENT_VERSIONS)('client %s', (version) => {
  it.each(ENDS)('$task is $status, with the category $category', async (end) => {
    await using harness = await replayed(version, end.task);
    const { status, error, attempts } = harness.task(end.task);
    expect({ status, category: error?.category, attempts }).toEqual({
      status: end.status,
      category: end.category,
      attempts: 1,
    });
    if (end.message) expect(error?.message).toContain(end.message);
    const after = harness.task('after');
    expect(after.status).toBe(end.status === 'completed' ? 'pending' : 'cancelled');
    if (end.status !== 'completed') expect(after.message).toContain(end.task);
  });

  it('retries a transient failure of an agent, but not a permanent one', async () => {
    const twice = { tiers: { medium: { retry: { maximumAttempts: 2, initialInterval: '1s' } } } };
    for (const [task, told] of [
      ['api-error-529', true],
      ['api-error-401', false],
    ] as const) {
      await using harness = await openHarness({ [task]: [] }, twice);
      const recording = readRecording(version, `agent-${task}`);
      const isEnd = ({ hook_event_name }: Payload) => hook_event_name === 'StopFailure';
      replay(harness, recording.slice(0, recording.findIndex(isEnd)));
      recordCheckpoint(harness.context, harness.token(task).slice(6), '60', 'most of it');
      replay(harness, recording.slice(recording.findIndex(isEnd)));
      expect(harness.task(task).status).toBe(told ? 'pending' : 'failed');
      const again = JSON.stringify(harness.launch(task));
      expect(again.includes('60%: most of it')).toBe(told);
    }
  });

  it('keeps a report that is the last message unchanged', async () => {
    await using harness = await replayed(version, 'reports-text');
    expect(harness.report('reports-text')).toBe('The report.');
  });

  it('records neither report nor error for a stopped agent', async () => {
    await using harness = await replayed(version, 'stopped');
    expect(harness.task('stopped')).toMatchObject({ error: null, result: null });
  });

  it.runIf(recordedBehaviours(version, 'agent-refused').length > 0)(
    'a launch that the client refuses for its limit spends no attempt and is told again',
    async () => {
      await using harness = await openHarness({ refused: [], other: [] });
      replay(harness, readRecording(version, 'agent-refused'));
      const { events } = readLedger(harness.paths.ledger);
      expect(events.map(({ event }) => event)).toContain('attempt.refused');
      expect(harness.task('refused').attempts).toBe(0);
      harness.launch('other');
      harness.link('other');
      const output = harness.send(
        harness.session.notification({ taskId: 'aother', toolUseId: 'toolu_other', result: 'ok' }),
      );
      expect(JSON.stringify(output)).toContain(`swarm:${harness.paths.run}/refused`);
    },
  );
});
