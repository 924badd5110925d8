import { execFileSync } from 'node:child_process';
import { findClaude } from '../test/support/claude-client.ts';
import { recordAgents } from '../test/support/record-agents.ts';
import { recordWorkers } from '../test/support/record-workers.ts';
import {
  CLIENT_VERSIONS,
  type ClientVersion,
  RECORDED_CLIENTS,
  writeRecordings,
} from '../test/support/recording.ts';

/**
 * Records again what the real client sends and prints, for the tests that replay it. With versions,
 * only of those.
 *
 *     tsx scripts/record.ts [version …]
 */
const named = process.argv.slice(2);
for (const version of CLIENT_VERSIONS) {
  if (named.length === 0 || named.includes(version)) await record(version);
}

async function record(version: ClientVersion): Promise<void> {
  const claude = findClaude(RECORDED_CLIENTS[version]);
  const told = execFileSync(claude, ['--version'], { encoding: 'utf8' });
  if (!told.startsWith(`${version} `)) throw new Error(`${claude} is ${told.trim()}`);
  const recordings = { ...(await recordAgents(claude)), ...(await recordWorkers(claude)) };
  writeRecordings(version, recordings);
  process.stdout.write(`${version}: ${Object.keys(recordings).length} behaviours\n`);
}
