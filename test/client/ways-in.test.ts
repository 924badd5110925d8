import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SUPPORTED_CLIENT } from '../../src/claude/supported-versions.ts';
import { clientEnvironment, findClaude } from '../support/claude-client.ts';
import { checkpoint, result } from '../support/orchestrator.ts';
import { makePlan, outcomes, PROJECT, playSession } from '../support/swarm-session.ts';
import { git, makeTempDir } from '../support/temp-dir.ts';

/** The same job with each way to install the plugin, and on the oldest supported client. */

const TIMEOUT_MS = 300_000;

const JOB = {
  plan: makePlan([{ id: 'one' }, { id: 'two' }, { id: 'last', needs: ['one', 'two'] }]),
  agents: {
    default: [checkpoint(50, 'half'), result('# The report'), { text: 'The abstract.' }],
  },
};

async function expectJobDone(session: Awaited<ReturnType<typeof playSession>>): Promise<void> {
  const { client, run } = session;
  expect(client).toMatchObject({ exitCode: 0, timedOut: false });
  expect(run.errors).toBe('');
  expect(outcomes(run.status)).toEqual({ one: 'completed', two: 'completed', last: 'completed' });
  expect(run.read('results/last.md')).toBe('# The report\n');
  expect(run.read('tasks/last.md')).toContain('50% half');
  expect(client.stdout).toContain('FINAL ANSWER');
  expect(await git(session.repo.path, 'status', '--porcelain')).not.toContain('.swarm');
}

test(
  'installed from a marketplace: a clone without any further installation',
  async () => {
    await using home = await makeTempDir();
    await using market = await makeTempDir();
    const source = join(market.path, 'source');
    await git(market.path, 'clone', '--quiet', PROJECT, source);
    // An installation contains what is committed, so commit the changes of the working copy, too.
    execFileSync('cp', ['-r', ...PARTS.map((part) => join(PROJECT, part)), source]);
    await git(source, 'add', '-A');
    await git(
      source,
      '-c',
      'user.name=t',
      '-c',
      'user.email=t@t',
      'commit',
      '-qm',
      'all',
      '--allow-empty',
    );
    const entry = { name: 'swarm-parallel', source: { source: 'url', url: `file://${source}` } };
    const manifest = { name: 'lab', owner: { name: 'lab' }, plugins: [entry] };
    mkdirSync(join(market.path, 'market', '.claude-plugin'), { recursive: true });
    const file = join(market.path, 'market', '.claude-plugin', 'marketplace.json');
    writeFileSync(file, JSON.stringify(manifest));
    const env = clientEnvironment('http://127.0.0.1:9', home.path);
    const claude = (...args: string[]) =>
      execFileSync(findClaude(), args, { env, encoding: 'utf8', cwd: market.path });
    claude('plugin', 'marketplace', 'add', join(market.path, 'market'));
    claude('plugin', 'install', 'swarm-parallel@lab');

    await using session = await playSession({ ...JOB, pluginDir: undefined, home: home.path });

    await expectJobDone(session);
    const agent = session.run.ledger.find((event) => event.event === 'agent.started');
    expect(agent).toMatchObject({ agentType: 'swarm-parallel:swarm-worker' });
  },
  TIMEOUT_MS,
);

const PARTS = ['.claude-plugin', 'agents', 'bin', 'commands', 'dist', 'hooks', 'package.json'];

test(
  'installed into another repository’s .claude, and uninstalled byte for byte',
  async () => {
    const settings = '{\n\t"permissions": { "deny": ["Read(./.env)"] },\n\t"hooks": {}\n}';
    const swarm = (...args: string[]) =>
      execFileSync(join(PROJECT, 'bin', 'swarm'), args, { encoding: 'utf8' });
    await using session = await playSession({
      ...JOB,
      pluginDir: undefined,
      prepare: (repo) => {
        mkdirSync(join(repo.path, '.claude'));
        writeFileSync(join(repo.path, '.claude', 'settings.json'), settings);
        swarm('install', repo.path);
      },
    });

    await expectJobDone(session);
    const agent = session.run.ledger.find((event) => event.event === 'agent.started');
    expect(agent).toMatchObject({ agentType: 'swarm-worker' });
    swarm('uninstall', session.repo.path);
    const file = join(session.repo.path, '.claude', 'settings.json');
    expect(readFileSync(file, 'utf8')).toBe(settings);
    expect(await git(session.repo.path, 'status', '--porcelain', '-uall')).toBe(
      '?? .claude/settings.json\n',
    );
  },
  TIMEOUT_MS,
);

test(
  'as a plugin and installed into the repository: one of them records each launch',
  async () => {
    await using session = await playSession({
      ...JOB,
      prepare: (repo) => {
        execFileSync(join(PROJECT, 'bin', 'swarm'), ['install', repo.path]);
      },
    });

    await expectJobDone(session);
    const named = (name: string) => session.run.ledger.filter(({ event }) => event === name);
    expect(named('attempt.launched')).toHaveLength(3);
    expect(named('attempt.refused')).toEqual([]);
    const types = new Set(named('agent.started').map((event) => JSON.stringify(event)));
    for (const type of types) expect(type).toContain('swarm-parallel:swarm-worker');
    expect(named('agent.ended')).toHaveLength(3);
  },
  TIMEOUT_MS,
);

test(
  'on the oldest supported client',
  async () => {
    const oldest = findClaude('claude-code-oldest');
    const version = execFileSync(oldest, ['--version'], { encoding: 'utf8' });
    expect(version).toContain(SUPPORTED_CLIENT);

    await using session = await playSession({ ...JOB, claude: oldest });

    await expectJobDone(session);
  },
  TIMEOUT_MS,
);
