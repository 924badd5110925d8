import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server } from '@modelcontextprotocol/server';
import { serveTasks } from '../src/mcp/tasks/task-extension.ts';
import { serveTools } from '../src/mcp/tools/serve-tools.ts';
import { MCP_PATH, serveOverHttp } from '../src/mcp/transport/http.ts';
import { FixtureTasks } from '../test/conformance/fixture-tasks.ts';
import { fixtureTools } from '../test/conformance/fixture-tools.ts';
import { inspect } from './conformance/inspect.ts';

/**
 * Runs the official conformance suite against the product's task layer, tools and HTTP transport.
 * The suite calls tools of its own, so these are fixtures. Then the official inspector lists and
 * calls the product's own tools. With scenarios as arguments, runs only those.
 *
 *     tsx scripts/conformance.ts [scenario …]
 *
 * The suite's other scenarios do not apply:
 *
 * | scenarios | why |
 * |---|---|
 * | `server-session-lifecycle`, `server-sse-*` | requests are independent, no session is kept |
 * | `prompts-*`, `completion-complete`, `logging-set-level`, `*-with-logging` | the server has no such feature |
 * | `*-sampling`, `*-list-roots`, `tools-call-elicitation`, `elicitation-*` | deprecated, or need a session to send requests outside of a result |
 * | `resources-*`, `sep-2164-*`, `caching` | need resources of their own; ours are runs, which `test/process/mcp.test.ts` reads |
 * | `tools-call-image`, `-audio`, `-embedded-resource`, `-mixed-content`, `json-schema-2020-12` | content types and schemas that no tool uses |
 * | `http-custom-header-*`, `input-required-result-*` with state, rounds, prompts | headers and state that no tool uses |
 * | `sep-2640-*` | skills are not served |
 */
const SCENARIOS = [
  'tasks-lifecycle',
  'tasks-capability-negotiation',
  'tasks-wire-fields',
  'tasks-request-state-removal',
  'tasks-mrtr-input',
  'tasks-request-headers',
  'tasks-dispatch-and-envelope',
  'tasks-status-notifications',
  'tasks-required-task-error',
  'tasks-mrtr-composition',
  'server-initialize',
  'server-stateless',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-error',
  'tools-call-with-progress',
  'dns-rebinding-protection',
  'http-header-validation',
  'input-required-result-basic-elicitation',
  'input-required-result-missing-input-response',
  'input-required-result-result-type',
  'input-required-result-unsupported-methods',
  'input-required-result-ignore-extra-params',
  'input-required-result-validate-input',
];

const SUITE = join(
  import.meta.dirname,
  '..',
  'node_modules/@modelcontextprotocol/conformance/dist/index.js',
);

/** The suite needs a newer Node than the product; npm fetches it if this one is too old. */
const SUITE_NODE = 22;
/** Fetched only here: as a dependency, its 110 MB would come with every install. */
const INSPECTOR = '@modelcontextprotocol/inspector@2.12.0';

async function findNode(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= SUITE_NODE) return process.execPath;
  return fromNpm(`node@${SUITE_NODE}`, 'node');
}

/** @returns the path of a package's command; npm fetches the package if necessary */
async function fromNpm(name: string, command: string): Promise<string> {
  const options = ['--yes', '--loglevel=error', '--package', name];
  const where = [...options, '--call', `command -v ${command}`];
  const { stdout } = await promisify(execFile)('npx', where);
  return stdout.trim();
}

interface Check {
  id: string;
  status: string;
  errorMessage?: string;
}

/** Serves the fixtures on a separate port, so that no scenario sees the tasks of another. */
async function serveFixtures(): Promise<{ url: string; close(): void }> {
  const tasks = new FixtureTasks();
  const tools = fixtureTools(tasks);
  const server = await serveOverHttp(
    {
      create({ era }) {
        const instance = new Server({ name: 'swarm-parallel-conformance', version: '0' });
        serveTools(
          instance,
          async () => tools,
          () => undefined,
        );
        if (era === 'modern') serveTasks(instance, tasks);
        return instance;
      },
      subjects: { resource: () => () => {}, task: () => () => {} },
    },
    { host: '127.0.0.1', allowedHosts: [], port: 0, token: null },
  );
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}${MCP_PATH}`, close };
}

/** @returns what the suite found */
async function runScenario(node: string, name: string): Promise<Check[]> {
  const { url, close } = await serveFixtures();
  const output = mkdtempSync(join(tmpdir(), 'swarm-conformance-'));
  try {
    const args = ['server', '--url', url, '--scenario', name, '--output-dir', output];
    const child = spawn(node, [SUITE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said += text;
      });
    }
    await new Promise((resolve) => child.once('close', resolve));
    const files = readdirSync(output, { recursive: true, encoding: 'utf8' });
    const checks = files.find((file) => file.endsWith('checks.json'));
    if (checks) return JSON.parse(readFileSync(join(output, checks), 'utf8'));
    return [{ id: name, status: 'FAILURE', errorMessage: said.trim().slice(-2_000) }];
  } finally {
    close();
    rmSync(output, { recursive: true, force: true });
  }
}

/** Starting the suite and waiting take most of a scenario's time. */
const AT_ONCE = 3;

/** Runs scenarios in parallel; each promise resolves as soon as its result is available. */
function runScenarios(node: string, names: readonly string[]): Promise<Check[]>[] {
  const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
  return names.map((name, index) => {
    const lane = index % AT_ONCE;
    const checks = (lanes[lane] ?? Promise.resolve()).then(() => runScenario(node, name));
    lanes[lane] = checks.catch(() => {});
    return checks;
  });
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const named = process.argv.slice(2);
const names = named.length > 0 ? named : SCENARIOS;
// Fetched while the scenarios run.
const inspector = named.length > 0 ? null : fromNpm(INSPECTOR, 'mcp-inspector');
const node = await findNode();
const results = runScenarios(node, names);
let failures = 0;
for (const [index, name] of names.entries()) {
  const checks = (await results[index]) ?? [];
  const bad = checks.filter(({ status }) => status === 'FAILURE');
  const warned = checks.filter(({ status }) => status === 'WARNING');
  const passed = checks.filter(({ status }) => status === 'SUCCESS');
  failures += bad.length;
  say(`${bad.length > 0 ? '✖' : '✔'} ${name}: ${passed.length} of ${checks.length} checks`);
  for (const { id, errorMessage } of [...bad, ...warned]) say(`    ${id}: ${errorMessage}`);
}
const inspected = inspector ? await inspect([node, await inspector]) : [];
for (const { name, error } of inspected) {
  if (error) failures++;
  say(`${error ? '✖' : '✔'} inspector, ${name}`);
  if (error) say(`    ${error}`);
}
process.exitCode = failures > 0 ? 1 : 0;
