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
 * What other tests replay is what the client does: it is recorded again and compared. `pnpm record`
 * writes the recordings anew.
 */

test.for(CLIENT_VERSIONS)('client %s sends of its agents what is recorded', async (version) => {
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
});

/** The others differ in what is recorded of them, not in how workers fail. */
const BRIEFLY = ['reports-text', 'api-error-529', 'unknown-session'];

test.for(CLIENT_VERSIONS)('client %s prints as a worker what is recorded', async (version) => {
  const dependency = RECORDED_CLIENTS[version];
  const names = dependency === '@anthropic-ai/claude-code' ? undefined : BRIEFLY;
  const recorded = await recordWorkers(findClaude(dependency), names);

  expectSame(recorded, (name) => readRecording(version, name));
});

function expectSame(
  recorded: Readonly<Record<string, Recording>>,
  stored: (name: string) => Recording,
): void {
  for (const [name, lines] of Object.entries(recorded)) {
    expect({ name, lines: outlineOf(lines) }).toEqual({ name, lines: outlineOf(stored(name)) });
  }
}
