import { expect, test } from 'vitest';
import { findClaude } from '../support/claude-client.ts';
import { recordAgents } from '../support/record-agents.ts';
import { recordWorkers } from '../support/record-workers.ts';
import {
  CLIENT_VERSIONS,
  RECORDED_CLIENTS,
  type Recording,
  readRecording,
  recordedBehaviours,
} from '../support/recording.ts';
import { disorderOf, notificationsOf, outlineOf } from '../support/recording-outline.ts';

/**
 * Checks that the recordings that other tests replay still match the client. `pnpm record` updates
 * them.
 */

test.for(CLIENT_VERSIONS)(
  'client %s sends the recorded hook payloads for its agents',
  async (version) => {
    const recorded = await recordAgents(findClaude(RECORDED_CLIENTS[version]));

    const names = recordedBehaviours(version, 'agent-');
    expect(Object.keys(recorded).sort()).toEqual([...names, 'session']);
    for (const name of names) {
      expect({ name, disorder: disorderOf(recorded[name] ?? []) }).toEqual({ name, disorder: [] });
    }
    expectSame(recorded, (name) => readRecording(version, name));
    const stored = notificationsOf(names.map((name) => readRecording(version, name)));
    for (const form of notificationsOf(Object.values(recorded))) {
      if (stored.size > 0) expect([...stored]).toContain(form);
    }
  },
);

/** Clients differ in the format of their output, not in how their workers fail. */
const BRIEFLY = ['reports-text', 'api-error-529', 'unknown-session'];

test.for(CLIENT_VERSIONS)('client %s prints the recorded stream as a worker', async (version) => {
  const recorded = await recordWorkers(findClaude(RECORDED_CLIENTS[version]), BRIEFLY);

  expectSame(recorded, (name) => readRecording(version, name));
});

test('prints the recorded stream for every way in which a worker ends', {
  tags: ['long'],
}, async () => {
  expectSame(await recordWorkers(findClaude()), (name) => readRecording('2.1.330', name));
});

function expectSame(
  recorded: Readonly<Record<string, Recording>>,
  stored: (name: string) => Recording,
): void {
  for (const [name, lines] of Object.entries(recorded)) {
    expect({ name, lines: outlineOf(lines) }).toEqual({ name, lines: outlineOf(stored(name)) });
  }
}
