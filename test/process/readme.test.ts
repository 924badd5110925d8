import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { SUPPORTED_CLIENT, SUPPORTED_NODE } from '../../src/claude/supported-versions.ts';
import { config, parseDuration } from '../../src/config/config-schema.ts';
import { DEFAULT_POLICY } from '../../src/config/resolve-policy.ts';
import { EXIT } from '../../src/errors/swarm-error.ts';
import { statusDocument } from '../../src/run/status-schema.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const ROOT = join(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** Fenced blocks of the README whose info string is exactly this. */
function blocks(info: string): string[] {
  const fence = /^```(.*)\n([\s\S]*?)^```$/gm;
  return [...README.matchAll(fence)].flatMap(([, found, text]) =>
    found === info && text !== undefined ? text : [],
  );
}

/** The cells of every table row that begins with `first`. */
function rows(first: RegExp): string[][] {
  return README.split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([cell]) => first.test(cell ?? ''));
}

const [plan = ''] = blocks('md');

function swarm(cwd: string, ...args: string[]): string {
  const home = { ...process.env, CLAUDE_CODE_SESSION_ID: undefined };
  return execFileSync(process.execPath, [join(ROOT, 'bin', 'swarm'), ...args], {
    cwd,
    env: home,
    encoding: 'utf8',
  });
}

test('the plan of the README is valid, with the waves that its needs ask for', async () => {
  await using dir = await makeTempDir();
  writeFileSync(join(dir.path, 'plan.md'), plan);

  const checked = JSON.parse(swarm(dir.path, 'plan', '--check', '--json', 'plan.md'));

  expect(checked).toEqual({ waves: [['routes', 'tokens'], ['report']], findings: [] });
});

test('the shell blocks that need no Claude run as they stand', async () => {
  await using dir = await makeTempDir();
  mkdirSync(join(dir.path, '.git'));
  writeFileSync(join(dir.path, 'plan.md'), plan);
  const scripts = blocks('sh offline');
  expect(scripts).not.toEqual([]);

  for (const script of scripts) {
    execFileSync('sh', ['-e', '-c', script], {
      cwd: dir.path,
      env: { ...process.env, PATH: `${join(ROOT, 'bin')}${delimiter}${process.env.PATH}` },
    });
  }

  const status = statusDocument.parse(JSON.parse(swarm(dir.path, 'status', '--json')));
  expect(status.tasks.map(({ id }) => id)).toEqual(['routes', 'tokens', 'report']);
});

test('the README and `swarm --help` name the same commands', () => {
  const help = swarm(ROOT, '--help');
  const [commands = ''] = help.split('Examples:');
  const inHelp = [...commands.matchAll(/^ {2}([a-z]+)(?: |$)/gm)].map(([, name]) => name);
  const inReadme = rows(/^`swarm /).map(([cell]) => /^`swarm (\w+)/.exec(cell ?? '')?.[1]);

  expect(inReadme.sort()).toEqual(inHelp.filter((name) => name !== 'help').sort());
  const slash = rows(/^`\//).map(([cell]) => /^`\/([\w-]+)/.exec(cell ?? '')?.[1]);
  const files = readdirSync(join(ROOT, 'commands')).map((name) => name.replace('.md', ''));
  expect(slash.sort()).toEqual(files.sort());
});

test('options that the README names exist', () => {
  for (const [cell = '', text = ''] of rows(/^`swarm /)) {
    const command = /^`swarm (\w+)/.exec(cell)?.[1] ?? '';
    for (const [option] of text.matchAll(/--[a-z-]+/g)) {
      expect(swarm(ROOT, command, '--help'), `swarm ${command}`).toContain(option);
    }
  }
});

test('the README names every exit code', () => {
  const codes = rows(/^\d+$/).map(([code]) => Number(code));
  expect(codes.sort((a, b) => a - b)).toEqual(Object.values(EXIT).sort((a, b) => a - b));
});

test('the configuration of the README is valid, and its table holds the defaults', () => {
  for (const text of blocks('json')) expect(config.safeParse(JSON.parse(text)).success).toBe(true);

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
  expect(README).toContain(`\`maxParallel\` (${DEFAULT_POLICY.maxParallel})`);
});

test('scripts that the documents name are there', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const text = README + readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  for (const [, name = ''] of text.matchAll(/npx pnpm@12 (\w+)/g)) {
    expect(scripts).toHaveProperty(name);
  }
});

test('the README names the oldest versions that are supported', () => {
  expect(README).toContain(`Claude Code ${SUPPORTED_CLIENT} or newer`);
  expect(README).toContain(`Node ${SUPPORTED_NODE.replace(/\.0$/, '')} or newer`);
});

function markdownFiles(): string[] {
  const decisions = readdirSync(join(ROOT, 'docs', 'decisions')).map(
    (name) => `docs/decisions/${name}`,
  );
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'docs/glossary.md', ...decisions];
}

test('every relative link in the documents leads somewhere', () => {
  const broken = markdownFiles().flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !existsSync(join(ROOT, dirname(file), target)))
      .map((target) => `${file}: ${target}`);
  });
  expect(broken).toEqual([]);
});
