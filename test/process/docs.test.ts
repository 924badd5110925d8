import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SUPPORTED_CLIENT, SUPPORTED_NODE } from '../../src/claude/supported-versions.ts';
import { config } from '../../src/config/config-schema.ts';
import { parseDuration } from '../../src/config/durations.ts';
import { DEFAULT_POLICY } from '../../src/config/resolve-policy.ts';
import { EXIT } from '../../src/errors/swarm-error.ts';
import { publishLauncher } from '../../src/hooks/server/publish-launcher.ts';
import { publishPluginRoot } from '../../src/hooks/server/publish-plugin-root.ts';
import { triggersConfig } from '../../src/hub/config/triggers-schema.ts';
import { traceExporter } from '../../src/notify/tracing/trace-exporter.ts';
import { statusDocument } from '../../src/run/status-schema.ts';
import {
  ALL_TEXT,
  BLOCKS,
  type Block,
  blocks,
  DOCUMENTS,
  ROOT,
  readDocument,
  rows,
} from '../support/documents.ts';
import { makeWorkedRun } from '../support/merged-run.ts';
import { ended, gateAsked, launched, opened, RUN, started } from '../support/run-events.ts';
import { storeRun } from '../support/stored-run.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Compares the documents with the program: runs or parses their blocks, checks their tables. */

function swarm(cwd: string, ...args: string[]): string {
  return execFileSync(process.execPath, [join(ROOT, 'bin', 'swarm'), ...args], {
    cwd,
    env: { ...process.env, CLAUDE_CODE_SESSION_ID: undefined },
    encoding: 'utf8',
    input: 'A report.',
  });
}

/** Help texts by command, cached because each needs a process. */
const helpOf = new Map<string, string>();
function help(command: string): string {
  const text = helpOf.get(command) ?? swarm(ROOT, command, '--help');
  helpOf.set(command, text);
  return text;
}

const [overview = ''] = swarm(ROOT, '--help').split('Examples:');
const COMMANDS = [...overview.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name = '']) => name);
const SLASH_COMMANDS = readdirSync(join(ROOT, 'commands')).map((name) => name.replace('.md', ''));
const PACKAGE = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const [PLAN] = blocks('md');

/** Expects a call of `swarm` to use an existing command and only options of that command. */
function expectCall(call: string, place: string): void {
  const [command = '', ...words] = call.trim().split(/\s+/);
  if (/^[A-Z<[-]/.test(command) || command === '') return;
  expect(COMMANDS, `${place}: swarm ${call}`).toContain(command);
  for (const option of words.filter((word) => /^--[a-z]/.test(word))) {
    expect(help(command), `${place}: swarm ${call}`).toContain(option);
  }
}

/** Expects a line of a shell block to call an existing script or command. */
function expectShellLine(line: string, place: string): void {
  const [, script] = /^npx pnpm@12 (\w+)$/.exec(line) ?? [];
  const [, path, call] = /^(?:claude mcp add swarm -- )?(\S*\/)?swarm (.+)$/.exec(line) ?? [];
  if (script) expect(PACKAGE.scripts, place).toHaveProperty(script);
  else if (call) {
    expect(path ?? 'bin/', place).toMatch(/^(?:path\/to\/swarm-parallel\/)?bin\/$/);
    expectCall(call, place);
  } else expect(line, place).toBe('claude --plugin-dir path/to/swarm-parallel');
}

function expectShellSyntax(script: string): void {
  execFileSync('bash', ['-n'], { input: script });
}

function expectSlashCommand(line: string, place: string): void {
  const [, own] = /^\/(swarm-\w+)/.exec(line) ?? [];
  if (own) expect(SLASH_COMMANDS, place).toContain(own);
  else expect(line, place).toMatch(/^\/plugin (?:marketplace add|install) \S+$/);
  const { name, plugins } = JSON.parse(
    readFileSync(join(ROOT, '.claude-plugin', 'marketplace.json'), 'utf8'),
  );
  const [, installed] = /^\/plugin install (\S+)/.exec(line) ?? [];
  if (installed) expect(installed).toBe(`${plugins[0].name}@${name}`);
}

/** Expects a flow chart whose lines all draw arrows, or a sequence diagram. */
function expectDiagram(block: Block): void {
  const [first, ...lines] = block.text.trimEnd().split('\n');
  if (first === 'flowchart LR') {
    for (const line of lines) expect(line, block.place).toMatch(/^ {4}\w.* --> \w/);
  } else {
    expect(first, block.place).toBe('sequenceDiagram');
    expectMessages(lines, block.place);
  }
}

/** Expects only messages between declared participants. */
function expectMessages(lines: readonly string[], place: string): void {
  const names = new Set<string>();
  for (const line of lines) {
    const [, participant] = /^ {4}participant (\w+) as \S.*$/.exec(line) ?? [];
    const [, from, to] = /^ {4}(\w+)--?>>(\w+): \S.*$/.exec(line) ?? [];
    const [, over] = /^ {4}Note over (\w+): \S.*$/.exec(line) ?? [];
    if (participant) names.add(participant);
    else
      for (const name of over ? [over] : [from, to])
        expect(names, `${place}: ${line}`).toContain(name);
  }
}

/** The paths of a listing, without their descriptions. */
function pathsOf({ text }: Block): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/(?<=\S) {2,}\S.*$/, ''));
}

/** The rooms in the order in which they may import each other, the topmost first. */
function roomsOf({ text }: Block): string[] {
  return text.trim().split(/ › |, /);
}

/** The check of each kind of block, by the info string of its fence. */
const CHECKS: Record<string, (block: Block) => void | Promise<void>> = {
  async md({ text }) {
    await using dir = await makeTempDir();
    writeFileSync(join(dir.path, 'plan.md'), text);
    const checked = JSON.parse(swarm(dir.path, 'plan', '--check', '--json', 'plan.md'));
    expect(checked).toEqual({ waves: [['routes', 'tokens'], ['report']], findings: [] });
  },
  async 'md plan'({ text }) {
    await using dir = await makeTempDir();
    writeFileSync(join(dir.path, 'plan.md'), text);
    const checked = JSON.parse(swarm(dir.path, 'plan', '--check', '--json', 'plan.md'));
    expect(checked).toMatchObject({ findings: [] });
  },
  async 'sh offline'({ text }) {
    await using dir = await makeTempDir();
    mkdirSync(join(dir.path, '.git'));
    writeFileSync(join(dir.path, 'plan.md'), PLAN?.text ?? '');
    execFileSync('sh', ['-e', '-c', text], {
      cwd: dir.path,
      env: { ...process.env, PATH: `${join(ROOT, 'bin')}${delimiter}${process.env.PATH}` },
    });
    const status = statusDocument.parse(JSON.parse(swarm(dir.path, 'status', '--json')));
    expect(status.tasks.map(({ id }) => id)).toEqual(['routes', 'tokens', 'report']);
  },
  async 'sh own terminal'({ text }) {
    await using home = await makeTempDir();
    const data = join(home.path, '.claude', 'plugins', 'data', 'swarm-parallel-some-market');
    mkdirSync(data, { recursive: true });
    const environment = { CLAUDE_PLUGIN_DATA: data, CLAUDE_PLUGIN_ROOT: ROOT };
    publishPluginRoot(environment);
    publishLauncher(environment);
    const env = { ...process.env, HOME: home.path };
    const found = execFileSync('sh', ['-e', '-c', `${text}swarm --version; command -v swarm`], {
      env,
      encoding: 'utf8',
    });
    expect(found.split('\n')).toEqual([PACKAGE.version, join(data, 'bin', 'swarm'), '']);
  },
  'sh tracing'({ text }) {
    const print = 'node -p "JSON.stringify(process.env)"';
    const printed = execFileSync('sh', ['-e', '-c', `${text}${print}`], { encoding: 'utf8' });
    const url = 'http://127.0.0.1:4318';
    const exporter = traceExporter({ OTEL_EXPORTER_OTLP_ENDPOINT: url, ...JSON.parse(printed) });
    expect(exporter?.url).toBe(`${url}/v1/traces`);
  },
  async 'sh merge'({ text }) {
    await using worked = await makeWorkedRun([{ id: 'a', work: { 'new.txt': 'new' } }]);
    const { path } = worked.repo;
    execFileSync('sh', ['-e', '-c', text.replaceAll('<run-id>', RUN)], {
      cwd: path,
      env: { ...process.env, PATH: `${join(ROOT, 'bin')}${delimiter}${process.env.PATH}` },
    });
    expect(existsSync(join(path, 'new.txt'))).toBe(true);
  },
  sh({ text, place }) {
    expectShellSyntax(text);
    for (const line of text.trimEnd().split('\n')) expectShellLine(line, place);
  },
  json({ text }) {
    const value = JSON.parse(text);
    expect(config.safeParse(value).success).toBe(true);
    const { schedules, webhooks, notify } = value;
    const triggers = { schedules, webhooks, notify: notify && { targets: notify.targets } };
    expect(triggersConfig.safeParse(triggers).error?.issues).toBeUndefined();
  },
  // test/client/live-view.test.ts also uses it.
  'json setting'({ text }) {
    const { subagentStatusLine } = JSON.parse(text);
    expectShellSyntax(subagentStatusLine.command);
  },
  // test/client/run-headless.test.ts also executes the next two.
  yaml({ text }) {
    const { jobs } = parse(text) as { jobs: Record<string, { steps: { run?: string }[] }> };
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run ?? ''));
    for (const script of scripts) expectShellSyntax(script.replaceAll('<owner>', 'owner'));
  },
  'yaml compose'({ text, place }) {
    const { services } = parse(text) as { services: Record<string, { command: string }> };
    const [, call = ''] = /bin\/swarm (.+)/.exec(services.worker?.command ?? '') ?? [];
    expectCall(call, place);
  },
  // test/process/queue/worker.test.ts starts a server with it.
  'text acl'({ text }) {
    expect(text).toMatch(/^user swarm on >\S+ ~bull:\* /);
  },
  crontab({ text }) {
    const [, command = ''] = /^(?:[\d*/,-]+ ){5}(\S.*)\n$/.exec(text) ?? [];
    expect(command).toContain('swarm run');
    expectShellSyntax(command);
  },
  mermaid: expectDiagram,
  'text slash'({ text, place }) {
    for (const line of text.trimEnd().split('\n')) expectSlashCommand(line, place);
  },
  async 'text gate'({ text }) {
    await using dir = await makeTempDir();
    mkdirSync(join(dir.path, '.git'));
    const [, run = ''] = /swarm approve (\S+)\/release/.exec(text) ?? [];
    const command = 'git push --force origin main';
    const task = [launched('release'), started('release'), gateAsked('release', { command })];
    storeRun(dir.path, [opened(['release'], { run }), ...task, ended('release')], run);
    expect(swarm(dir.path, 'status', '--no-follow', run)).toContain(text);
  },
  async 'text files'(block) {
    await using dir = await makeTempDir();
    mkdirSync(join(dir.path, '.git'));
    storeRun(dir.path, [opened(['a']), launched('a'), started('a')]);
    swarm(dir.path, 'checkpoint', `${RUN}/a`, '5', 'Looks');
    swarm(dir.path, 'result', `${RUN}/a`, '-');
    expect(unlisted(dir.path, pathsOf(block))).toEqual([]);
  },
  'text tree'(block) {
    for (const path of pathsOf(block)) expect(existsSync(join(ROOT, path)), path).toBe(true);
    const tracked = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).split('\n');
    const folders = tracked.flatMap((file) => /^[^/]+\//.exec(file)?.[0] ?? []);
    const shown = pathsOf(block).map((path) => path.replace(/\/.*$/, '/'));
    expect([...new Set(folders)].filter((one) => one !== '.ci/' && !shown.includes(one))).toEqual(
      [],
    );
  },
  'text order'(block) {
    const rooms = readdirSync(join(ROOT, 'src')).filter((one) => one !== 'command-policy');
    expect(roomsOf(block)).toEqual(expect.arrayContaining(rooms));
    expect(block.text).toBe(blocks('text order')[0]?.text);
  },
};

/** Files of `.swarm` that match no line of a listing. */
function unlisted(root: string, listing: readonly string[]): string[] {
  let folder = '';
  const patterns = listing.map((line) => {
    if (!line.startsWith(' ')) folder = line;
    const path = line.startsWith(' ') ? folder + line.trim() : line;
    return new RegExp(`^${path.replaceAll('.', '\\.').replace(/<[a-z-]+>/g, '[^/]+')}$`);
  });
  return readdirSync(join(root, '.swarm'), { recursive: true, encoding: 'utf8' })
    .map((name) => join('.swarm', name))
    .filter((name) => statSync(join(root, name)).isFile())
    .filter((name) => !patterns.some((pattern) => pattern.test(name)));
}

describe('the blocks of the documents', () => {
  it('have known info strings', () => {
    const unchecked = BLOCKS.filter(({ info }) => !Object.hasOwn(CHECKS, info));
    expect(unchecked.map(({ place, info }) => `${place}: ${info}`)).toEqual([]);
    for (const info of Object.keys(CHECKS)) expect(blocks(info), info).not.toEqual([]);
  });

  it.each(BLOCKS.map((block) => [block.place, block.info, block] as const))(
    'pass their check: %s (%s)',
    async (_place, info, block) => {
      await CHECKS[info]?.(block);
    },
  );
});

describe('the commands in the documents', () => {
  it('are those of `swarm --help`', () => {
    const named = rows(/^`swarm /).map(([cell]) => /^`swarm (\w+)/.exec(cell ?? '')?.[1]);
    expect(named.sort()).toEqual(COMMANDS.filter((name) => name !== 'help').sort());
  });

  it.each(['README.md', 'docs/commands.md'])('include every slash command: %s', (file) => {
    const named = rows(/^`\//, readDocument(file)).map(
      ([cell]) => /^`\/([\w-]+)/.exec(cell ?? '')?.[1],
    );
    expect(named.sort()).toEqual(SLASH_COMMANDS.sort());
  });

  it('have the options that the tables name', () => {
    for (const [cell = '', text = ''] of rows(/^`swarm /)) {
      const command = /^`swarm (\w+)/.exec(cell)?.[1] ?? '';
      for (const [option] of text.matchAll(/--[a-z-]+/g)) {
        expect(help(command), `swarm ${command}`).toContain(option);
      }
    }
    const options = rows(/^`--/, readDocument('docs/headless.md'));
    for (const [cell = ''] of options) expect(help('run')).toContain(/--[a-z-]+/.exec(cell)?.[0]);
    const known = [...help('run').matchAll(/^ {2}(--[a-z-]+)/gm)].map(([, option]) => option);
    expect(options.map(([cell]) => /--[a-z-]+/.exec(cell ?? '')?.[0]).sort()).toEqual(known.sort());
  });

  it('exist where the text names them', () => {
    for (const { file, text } of DOCUMENTS) {
      for (const [, call = ''] of text.matchAll(/`swarm ([^`]+)`/g)) expectCall(call, file);
    }
    for (const [, script = ''] of ALL_TEXT.matchAll(/npx pnpm@12 (\w+)/g)) {
      expect(PACKAGE.scripts).toHaveProperty(script);
    }
  });

  it('have the exit codes of the table', () => {
    const codes = rows(/^\d+$/).map(([code]) => Number(code));
    expect(codes.sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });
});

describe('the facts in the documents', () => {
  it('are the defaults of the configuration', () => {
    const duration = (text = '') => (text === 'none' ? null : parseDuration(text));
    const table = rows(/^(quick|medium|long)$/).map(([tier, , timeout, heartbeat, attempts]) => [
      tier,
      duration(timeout),
      duration(heartbeat),
      Number(attempts),
    ]);
    expect(table).toEqual(
      Object.entries(DEFAULT_POLICY.tiers).map(([tier, policy]) => [
        tier,
        policy.startToCloseTimeout,
        policy.heartbeatTimeout,
        policy.retry.maximumAttempts,
      ]),
    );
    expect(rows(/^`maxParallel`$/)[0]?.[1]).toBe(String(DEFAULT_POLICY.maxParallel));
    expect(parseDuration(rows(/^`mcp\.taskTtl`$/)[0]?.[1] ?? '')).toBe(DEFAULT_POLICY.mcp.taskTtl);
  });

  it.each(['README.md', 'docs/install.md'])('are the oldest supported versions: %s', (file) => {
    expect(readDocument(file)).toContain(`Claude Code ${SUPPORTED_CLIENT} or newer`);
    expect(readDocument(file)).toContain(`Node ${SUPPORTED_NODE.replace(/\.0$/, '')} or newer`);
  });
});
