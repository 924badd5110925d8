import { execFile } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { fakeClient } from '../../test/support/fake-client.ts';
import { makeStage, type RunStage } from '../../test/support/swarm-run.ts';
import { PROJECT } from '../../test/support/swarm-session.ts';
import { waitUntil } from '../../test/support/wait-until.ts';

/** A step of the inspector, and the fault in its output; null if there is none. */
export interface Inspected {
  name: string;
  error: string | null;
}

/** The command with its first arguments. */
type Inspector = readonly [string, ...string[]];

const TOOLS = [
  'swarm_start',
  'swarm_status',
  'swarm_result',
  'swarm_list',
  'swarm_cancel',
  'swarm_retry',
  'swarm_resume',
  'swarm_answer',
];
const TASKS = [{ id: 'one', title: 'Do the first thing', brief: 'Say something.' }];
/** The inspector's names of the protocol revisions; it uses tasks in the newer one only. */
const ERAS = [
  ['2025-11-25', 'legacy'],
  ['2026-07-28', 'modern'],
] as const;
const TOKEN = 'a-token-for-the-inspector';

/** Lists and calls the product's tools with the official inspector, over both transports. */
export async function inspect(inspector: Inspector): Promise<Inspected[]> {
  await using stage = await makeStage({
    plan: '',
    fakeClient: fakeClient({ one: `report('# Found it');` }),
    env: { SWARM_MCP_TOKEN: TOKEN },
  });
  const server = stage.start('mcp', '--http', '0');
  try {
    let said = '';
    server.process.stderr?.on('data', (text) => {
      said += text;
    });
    const url = await waitUntil(() => /serving MCP at (\S+);/.exec(said)?.[1]);
    const http = [url, '--transport', 'http', '--header', `Authorization: Bearer ${TOKEN}`];
    // The inspector passes on only the variables it knows.
    const client = ['-e', `SWARM_CLAUDE_BIN=${stage.env.SWARM_CLAUDE_BIN}`];
    const stdio = [process.execPath, `${PROJECT}/bin/swarm`, 'mcp', ...client];
    const inspected: Inspected[] = [];
    for (const [revision, era] of ERAS) {
      const flags = ['--protocol-era', era];
      inspected.push(
        ...(await inspectTools(inspector, stage, `stdio, ${revision}`, [...stdio, ...flags])),
        ...(await inspectTools(inspector, stage, `HTTP, ${revision}`, [...http, ...flags])),
      );
    }
    return inspected;
  } finally {
    server.process.kill();
    await server.ended;
  }
}

async function inspectTools(
  inspector: Inspector,
  stage: RunStage,
  where: string,
  target: string[],
): Promise<Inspected[]> {
  const ask = async (method: string, ...args: string[]) =>
    JSON.parse(await run(stage, inspector, [...target, '--method', method, ...args]));
  const call = async (name: string, ...args: string[]) => {
    const pairs = args.flatMap((arg) => ['--tool-arg', arg]);
    const result = await ask('tools/call', '--tool-name', name, ...pairs);
    return result.structuredContent;
  };
  return [
    await check(`${where}: lists the tools, whose schemas any client reads`, TOOLS, async () => {
      const { tools } = await ask('tools/list', '--strict');
      return tools.map(({ name }: { name: string }) => name);
    }),
    await check(`${where}: starts a run and waits for it`, 'completed', async () => {
      const tasks = `tasks=${JSON.stringify(TASKS)}`;
      return (await call('swarm_start', `goal=Over ${where}`, tasks, 'wait=50')).status;
    }),
    await check(`${where}: reads a report`, '# Found it', async () => {
      return (await call('swarm_result', 'task=one')).text;
    }),
    await check(`${where}: lists the run`, `Over ${where}`, async () => {
      return (await call('swarm_list', 'limit=1')).runs[0].goal;
    }),
    await check(`${where}: reads a summary as a resource`, 'text/markdown', async () => {
      const { resources } = await ask('resources/list');
      const { contents } = await ask('resources/read', '--uri', resources[0].uri);
      return contents[0].mimeType;
    }),
  ];
}

async function check(
  name: string,
  expected: unknown,
  look: () => Promise<unknown>,
): Promise<Inspected> {
  try {
    const found = await look();
    if (isDeepStrictEqual(found, expected)) return { name, error: null };
    return {
      name,
      error: `expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`,
    };
  } catch (error) {
    return { name, error: (error as Error).message };
  }
}

function run(
  { env, repo }: RunStage,
  [command, ...first]: Inspector,
  args: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd: repo.path, env };
    execFile(command, [...first, '--cli', ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${error.message}\n${stderr}${stdout}`.slice(0, 2_000)));
      else resolve(stdout);
    });
  });
}
