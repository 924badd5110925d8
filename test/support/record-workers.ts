import { runClaude } from './claude-client.ts';
import type { Payload } from './hook-payloads.ts';
import { bash } from './orchestrator.ts';
import { neutralise, type Recording } from './recording.ts';
import { type Reply, startScriptedModel } from './scripted-model.ts';
import { endLeftovers } from './swarm-run.ts';
import { PROJECT } from './swarm-session.ts';
import { makeTempDir, makeTempRepo } from './temp-dir.ts';

const error = (status: number): Reply[] => [{ error: { status, message: 'injected' } }];

/** The replies of the model to a worker, by behaviour. */
const WORKERS: Readonly<Record<string, readonly Reply[]>> = {
  'reports-text': [bash('true'), { text: 'The report.' }],
  'reports-nothing': [{ text: '' }],
  'api-error-400': error(400),
  'api-error-401': error(401),
  'api-error-429': error(429),
  'api-error-500': error(500),
  'api-error-529': error(529),
  'connection-cut': [{ text: 'half of a sentence '.repeat(20), cut: true }],
  'connection-reset': [{ reset: true }],
};

const AGENT = ['--agent', 'swarm-parallel:swarm-worker'];

/** Arguments that replace the usual ones, by behaviour; the model gives a normal answer. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'budget-reached': [...AGENT, '--max-budget-usd', '0.00001'],
  'unknown-agent': ['--agent', 'no-such-agent'],
  'unknown-session': [...AGENT, '--resume', '11111111-2222-4333-8444-555555555555'],
};

/** How many workers run at once; a worker waits about as much as it computes. */
const AT_ONCE = 3;

/** Fields of the first line that list installed extensions and tools. */
const LISTS = /^(?:tools|mcp_servers|slash_commands|agents|skills|plugins)$/;

/**
 * Starts the real client as a worker for each behaviour, and records its stream.
 *
 * @param names the behaviours; by default all of them
 * @returns the lines by behaviour with the prefix `worker-`; the last one has exit code and stderr
 */
export async function recordWorkers(
  claude: string,
  names = [...Object.keys(WORKERS), ...Object.keys(ARGUMENTS)],
): Promise<Record<string, Recording>> {
  const recordings: Record<string, Recording> = {};
  const left = [...names];
  const lane = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      recordings[`worker-${name}`] = await recordWorker(claude, name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return recordings;
}

async function recordWorker(claude: string, name: string): Promise<Recording> {
  await using home = await makeTempDir('swarm-home-');
  await using repo = await makeTempRepo();
  const replies = WORKERS[name] ?? [bash('true'), { text: 'The report.' }];
  // A failure is repeated as long as the client retries.
  await using model = await startScriptedModel(
    ({ step }) => replies[Math.min(step, replies.length - 1)] ?? { text: 'over' },
  );
  const { events, exitCode, stderr } = await runClaude({
    model,
    claude,
    home: home.path,
    cwd: repo.path,
    prompt: 'Do your task.',
    pluginDir: PROJECT,
    args: [...(ARGUMENTS[name] ?? AGENT), '--allowedTools', 'Bash'],
    env: { CLAUDE_CODE_MAX_RETRIES: '0' },
    timeoutMs: 150_000,
  });
  // The server of a client that exits at once may still be starting, and writes into its HOME.
  await endLeftovers(home);
  const session = String(events.find((event) => event.session_id)?.session_id);
  const ids = new Map([
    [session, 'SESSION'],
    [repo.path, '/ROOT'],
    [home.path, '/HOME'],
    [PROJECT, '/PACKAGE'],
  ]);
  return neutralise([...events.map(withoutLists), { exit: exitCode, stderr }], ids);
}

function withoutLists(event: Payload): Payload {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !LISTS.test(name)));
}
