import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HELP } from '../../src/cli/help.ts';
import type { LedgerEvent } from '../../src/ledger/events.ts';
import { statusDocument } from '../../src/run/status-schema.ts';
import { markActive } from '../../src/store/run-index.ts';
import { type RunPaths, runPaths } from '../../src/store/run-paths.ts';
import {
  at,
  checkpoint,
  completes,
  ended,
  gateAsked,
  launched,
  opened,
  started,
} from '../support/run-events.ts';
import { append, storeRun } from '../support/stored-run.ts';
import { type ProcessResult, runSwarm, startSwarm } from '../support/swarm-process.ts';
import { git, makeTempDir, makeTempRepo, type TempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

const PLAN = `---
goal: Audit the auth layer
tasks:
  - {id: routes, title: Audit routes}
  - {id: report, title: Write the report, needs: [routes]}
---
## routes
Look.

## report
Write.
`;
const DONE = '20261122-181530-001aaa';
const FAILED = '20261122-181530-002aaa';
const CANCELLED = '20261122-181530-003aaa';
const OPEN = '20261122-181530-004aaa';

/** A directory with a run in every state; tests must not change them. */
let dir: TempDir;
let empty: TempDir;

beforeAll(async () => {
  [dir, empty] = await Promise.all([makeTempDir(), makeTempDir()]);
  const fails = ended('a', { outcome: 'failed', category: 'fatal', message: 'HTTP 400' });
  const stops = ended('a', { outcome: 'stopped', message: 'stopped by Claude' });
  const run = (id: string, ...events: LedgerEvent[]) =>
    storeRun(dir.path, [opened(['a'], { run: id }), ...events].map(recent), id);
  run(DONE, ...completes('a'));
  run(FAILED, launched('a'), fails);
  run(CANCELLED, launched('a'), stops);
  run(OPEN, launched('a'), started('a'), checkpoint('a', 40, '4 of 10'));
});
afterAll(async () => {
  await dir.remove();
  await empty.remove();
});

const PACKAGE = join(import.meta.dirname, '../..');

/** A zombie does not count as alive. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}

const swarm = (...args: string[]): Promise<ProcessResult> => runSwarm(args, { cwd: dir.path });

const OPENED_AGO = Date.now() - Date.parse(at(0));

/** Shifts the event into the present, because the command line uses the real clock. */
function recent<Event extends LedgerEvent>(event: Event): Event {
  return { ...event, at: new Date(Date.parse(event.at) + OPENED_AGO).toISOString() };
}

/** A temporary directory with a run of `a` and `b`, for tests that change it. */
async function withRun<Result>(
  events: LedgerEvent[],
  use: (paths: RunPaths, cwd: string) => Promise<Result>,
): Promise<Result> {
  const own = await makeTempDir();
  try {
    return await use(
      storeRun(own.path, [opened(['a', 'b']), ...events].map(recent)).paths,
      own.path,
    );
  } finally {
    await own.remove();
  }
}

describe.concurrent('swarm', () => {
  it.each([['--help'], ['help', 'plan']])('%s %s prints help to stdout', async (...args) => {
    const { code, stdout, stderr } = await swarm(...args);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Usage: swarm/);
  });

  it('lists every command of the contract in its help', async () => {
    const { stdout } = await swarm('--help');
    const commands = [...stdout.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name);
    for (const name of ['plan', 'checkpoint', 'result', 'status', 'watch', 'summary', 'list']) {
      expect(commands).toContain(name);
    }
  });

  it('prints help that fits a terminal of 80 columns', async () => {
    const { stdout } = await swarm('--help');
    expect(stdout).toContain('swarm run plan.md');
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('prints the help of each command in lines of at most 80 columns', () => {
    for (const text of Object.values(HELP))
      for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
  });

  it('shows an example plan that is valid', async () => {
    const { stdout } = await swarm('plan', '--help');
    const [, shown = ''] = /front matter:\n([\s\S]*?…)\n/.exec(stdout) ?? [];
    const plan = shown.replaceAll(/^ {2}/gm, '');
    const options = { cwd: empty.path, input: plan };
    expect(await runSwarm(['plan', '--check'], options)).toMatchObject({ code: 0, stderr: '' });
  });

  it('refers to the help of the command that was misused', async () => {
    expect((await swarm('retry')).stderr).toContain('(see `swarm retry --help`)');
    expect((await swarm('run', 'plan.md', '--max-parallel', 'x')).stderr).toContain(
      '(see `swarm run --help`)',
    );
  });

  it('reports a system error in one line', async () => {
    await using own = await makeTempDir();
    writeFileSync(join(own.path, '.swarm'), 'no directory');
    writeFileSync(join(own.path, 'plan.md'), PLAN);
    const { code, stderr } = await runSwarm(['plan', 'plan.md'], { cwd: own.path });
    expect(stderr).toMatch(/^swarm: E[A-Z]+: .*\.swarm.*\n$/);
    expect(code).toBe(1);
  });

  it('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    expect(await swarm('--version')).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [],
    ['stauts'],
    ['status', '--nonsense'],
    ['status', '../latest'],
    ['checkpoint', `${OPEN}/a`, 'half', 'message'],
    ['checkpoint', `${OPEN}/a`, '101', 'message'],
    ['checkpoint', `${DONE}/a`, '40', 'nobody works on it'],
    ['result', `${OPEN}/a`, '-'],
    ['plan', 'not-there.md'],
    ['summary', '--max-chars', '0'],
    ['mcp', '--host', '0.0.0.0'],
    ['watch', '--idle-timeout', 'soon', DONE],
  ])('%j is a usage error: exit code 2, output only on stderr', async (...args) => {
    const { code, stdout, stderr } = await swarm(...args);
    expect([args, code, stdout]).toEqual([args, 2, '']);
    // Without a command, there is the help.
    expect(stderr).toMatch(args.length === 0 ? /^Usage: swarm/ : /^swarm: /);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  it.each([
    ['status', '20200101-000000-000aaa'],
    ['watch', '20200101-000000-000aaa'],
    ['checkpoint', '20200101-000000-000aaa/a', '40', 'x'],
    ['result', `${OPEN}/a`, '--stored', 'results/a.md'],
  ])('%j names an unknown run or task: exit code 3', async (...args) => {
    const { code, stdout, stderr } = await runSwarm(args, { cwd: dir.path, input: 'x' });
    expect([args, code, stdout]).toEqual([args, 3, '']);
    expect(stderr).toMatch(/^swarm: /);
  });

  it.each([['status'], ['watch'], ['summary']])(
    '%s without a run: exit code 3',
    async (...args) => {
      const { code, stdout, stderr } = await runSwarm(args, { cwd: empty.path });
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('swarm plan');
    },
  );

  it.each([
    ['plan', '.', /^swarm: expected a plan file at \., found a directory$/m],
    ['run', '.', /^swarm: expected a plan file or a run id at \., found a dir/m],
    ['plan', 'latin1.md', /^swarm: latin1\.md:3: expected text in UTF-8, found other bytes$/m],
  ])('%s rejects a file that is not text, and says where: %s', async (command, file, said) => {
    await using own = await makeTempDir();
    writeFileSync(join(own.path, 'latin1.md'), Buffer.from('---\ngoal: g\n# caf\xe9\n', 'latin1'));
    const { code, stdout, stderr } = await runSwarm([command, file], {
      cwd: own.path,
      env: { SWARM_CLAUDE_BIN: '/no/such/client' },
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(said);
  });

  it('run reports problems of plan, configuration and machine together', async () => {
    await using own = await makeTempDir();
    writeFileSync(join(own.path, 'plan.md'), PLAN.replace('goal:', 'gaol:'));
    mkdirSync(join(own.path, '.claude'));
    writeFileSync(join(own.path, '.claude/swarm-parallel.json'), '{"maxParallel": "6"}');
    const options = { cwd: own.path, env: { SWARM_CLAUDE_BIN: '/no/such/client' } };
    const { code, stderr } = await runSwarm(['run', 'plan.md', '--worktrees'], options);
    expect(code).toBe(2);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^swarm: plan\.md:1: goal: /),
      expect.stringMatching(/^plan\.md:2: gaol: /),
      expect.stringMatching(/^\.claude\/swarm-parallel\.json: maxParallel: /),
      'No run was created: correct 3 findings and try again.',
      expect.stringMatching(/^nothing was started: SWARM_CLAUDE_BIN names \/no\/such\/client/),
      expect.stringMatching(/^--worktrees needs a git repository/),
    ]);
    const planned = await runSwarm(['plan', 'plan.md'], options);
    expect(planned.stderr.split('\n')[2]).toBe(stderr.split('\n')[2]);
    expect(existsSync(join(own.path, '.swarm'))).toBe(false);
  });

  it('reports a system error without a stack', async () => {
    await using own = await makeTempDir();
    writeFileSync(join(own.path, '.swarm'), 'no directory');
    const { code, stdout, stderr } = await runSwarm(['plan'], { cwd: own.path, input: PLAN });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^swarm: E[A-Z]+: .*\.swarm.*\n$/);
  });

  it('suggests a command for a misspelled one', async () => {
    expect((await swarm('stauts')).stderr).toContain('status');
  });
});

describe.concurrent('--json', () => {
  it('status prints only the status document', async () => {
    const { code, stdout, stderr } = await swarm('status', '--json', OPEN);
    expect([code, stderr]).toEqual([0, '']);
    expect(statusDocument.parse(JSON.parse(stdout))).toMatchObject({
      run: OPEN,
      status: 'working',
      tasks: [{ percent: 40, message: '4 of 10' }],
    });
  });

  it('list prints the newest run first', async () => {
    const { stdout, stderr } = await swarm('list', '--json');
    expect(stderr).toBe('');
    const rows = JSON.parse(stdout);
    expect(rows.map(({ run }: { run: string }) => run)).toEqual([OPEN, CANCELLED, FAILED, DONE]);
    expect(rows[2]).toMatchObject({ status: 'failed', counts: { failed: 1 } });
    expect(JSON.parse((await runSwarm(['list', '--json'], { cwd: empty.path })).stdout)).toEqual(
      [],
    );
  });

  it('watch prints one document per line', async () => {
    const { code, stdout, stderr } = await swarm('watch', '--json', DONE);
    expect([code, stderr]).toEqual([0, '']);
    const documents = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toHaveLength(1);
    expect(statusDocument.parse(documents[0]).status).toBe('completed');
  });

  it('plan and status without it tell the user how to resume', async () => {
    await using own = await makeTempRepo();
    const planned = await runSwarm(['plan'], { cwd: own.path, input: PLAN });
    const howToResume =
      /Resume: `\/swarm-resume \S+` in Claude Code, or `swarm run \S+` in a terminal\./;
    expect(planned.stdout).toMatch(howToResume);
    const status = await runSwarm(['status'], { cwd: own.path });
    expect(status.stdout).toMatch(
      new RegExp(`^No agent is running\\. ${howToResume.source}$`, 'm'),
    );
  });

  it('status follows the ledger even if the client was killed; the text says inactive', async () => {
    // No process has this start time.
    const client = { pid: process.pid, startedAt: 'never' };
    await withRun([launched('a', { client }), started('a')], async (paths, cwd) => {
      const json = JSON.parse((await runSwarm(['status', '--json'], { cwd })).stdout);
      expect(json).toMatchObject({ status: 'working', counts: { working: 1 } });
      const { stdout } = await runSwarm(['status'], { cwd });
      expect(stdout).toContain('○ inactive: 0 of 2 tasks completed, 2 pending');
      expect(stdout).toContain('No agent is running. Resume: ');
      expect((await runSwarm(['list'], { cwd })).stdout).toContain(`○ ${paths.run}  inactive`);
    });
  });

  it('plan lists what to launch', async () => {
    const own = await makeTempRepo();
    try {
      const options = { cwd: own.path, input: PLAN, env: { CLAUDE_CODE_SESSION_ID: 'session-1' } };
      const { code, stdout, stderr } = await runSwarm(['plan', '--json'], options);
      expect([code, stderr]).toEqual([0, '']);
      const { run, dir: runDir, waves, launch } = JSON.parse(stdout);
      expect(runDir).toBe(join(own.path, '.swarm/runs', run));
      expect(waves).toEqual([['routes'], ['report']]);
      expect(launch).toEqual([
        {
          task: 'routes',
          description: 'Audit routes',
          subagent_type: 'swarm-parallel:swarm-worker',
          prompt: `swarm:${run}/routes`,
        },
      ]);
      expect(readFileSync(join(runDir, 'ledger.jsonl'), 'utf8')).toContain('"session":"session-1"');
      expect(await git(own.path, 'status', '--porcelain')).toBe('');
      mkdirSync(join(own.path, 'sub'));
      await git(own.path, 'worktree', 'add', '--quiet', '-b', 'other', join(own.path, 'sub/tree'));
      for (const cwd of [join(own.path, 'sub'), join(own.path, 'sub/tree')]) {
        expect((await runSwarm(['status', '--json'], { cwd })).stdout).toContain(run);
      }
    } finally {
      await own.remove();
    }
  });

  it('plan prints the findings of an invalid plan, with exit code 2', async () => {
    const input = PLAN.replace('needs: [routes]', 'needs: [rotues]');
    const { code, stdout, stderr } = await runSwarm(['plan', '-', '--json'], {
      cwd: empty.path,
      input,
    });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      findings: [{ code: 'unknown-task', line: 5, path: 'tasks[1].needs', found: '"rotues"' }],
    });
    expect(stderr).toMatch(/^stdin:5: tasks\[1\]\.needs: /);
  });

  it('status does not need write access', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      mkdirSync(paths.summary);
      const { code, stdout, stderr } = await runSwarm(['status', '--json'], { cwd });
      expect(code).toBe(0);
      statusDocument.parse(JSON.parse(stdout));
      expect(stderr).toMatch(/^note: could not update the files of the run: .*\n$/);
    });
  });

  it('stdout is pure JSON even for a torn ledger, which stderr reports', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      appendFileSync(paths.ledger, '{"event":"task.chec');
      const plain = await runSwarm(['status'], { cwd });
      expect(plain.stderr).toMatch(/^note: ledger\.jsonl, byte \d+: /);
      const { code, stdout } = await runSwarm(['status', '--json'], { cwd });
      expect(code).toBe(0);
      statusDocument.parse(JSON.parse(stdout));
    });
  });
});

describe.concurrent('a closed stdout', () => {
  it.each([['list'], ['status', OPEN], ['--help']])(
    'lets %s exit with 0 and without an error',
    async (...args) => {
      const { process: child, result } = startSwarm(args, { cwd: dir.path });
      child.stdout?.destroy();
      expect(await result).toMatchObject({ code: 0, stderr: '' });
    },
  );

  it('ends a watch', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      const { process: child, result, shows } = startSwarm(['watch', '--json'], { cwd });
      await shows('"status":"working"');
      child.stdout?.destroy();
      append(paths, recent(checkpoint('a', 40)));
      expect(await result).toMatchObject({ code: 130, signal: null, stderr: '' });
    });
  });
});

describe.concurrent('plain text', () => {
  it.each([['status', FAILED], ['list'], ['summary', DONE]])(
    'has no colours if stdout is not a terminal: %s %s',
    async (...args) => {
      const { stdout } = await swarm(...args);
      expect(stdout).not.toBe('');
      expect(stdout).not.toContain('\u001b');
    },
  );

  it('has no colours if NO_COLOR is set, regardless of other variables', async () => {
    const env = { NO_COLOR: '1', TERM: 'xterm-256color', COLORTERM: 'truecolor' };
    const { stdout } = await runSwarm(['status', OPEN], { cwd: dir.path, env });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('◐ a ████░░░░░░  40%');
    expect(stdout).toContain('4 of 10');
  });

  it.skipIf(process.platform !== 'linux')(
    'has colours on a terminal, unless NO_COLOR is set',
    async () => {
      const onTerminal = async (env: Record<string, string>) => {
        const command = `${process.execPath} ${join(import.meta.dirname, '../../bin/swarm')} status --no-follow ${OPEN}`;
        const options = {
          cwd: dir.path,
          env: { PATH: process.env.PATH, TERM: 'xterm-256color', ...env },
        };
        const { stdout } = await promisify(execFile)(
          'script',
          ['-qec', command, '/dev/null'],
          options,
        );
        return stdout;
      };
      expect(await onTerminal({})).toContain('\u001b[');
      expect(await onTerminal({ NO_COLOR: '1' })).not.toContain('\u001b[');
    },
  );

  it('of a summary respects --max-chars and names every task', async () => {
    const { stdout, code } = await swarm('summary', DONE, '--max-chars', '90');
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThanOrEqual(90);
    expect(stdout).toContain('completed (1): a');
  });

  it('of a summary that Claude reads waits for the watch of the ended run', async () => {
    const watch = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 700)', 'watch', DONE]);
    const exited = once(watch, 'exit');
    try {
      const env = { CLAUDE_CODE_SESSION_ID: 'session-1' };
      const { code } = await runSwarm(['summary', DONE], { cwd: dir.path, env });
      expect(code).toBe(0);
      expect(watch.exitCode).toBe(0);
    } finally {
      watch.kill();
      await exited;
    }
  });

  it('of plan --check opens no run', async () => {
    const { code, stdout } = await runSwarm(['plan', '--check'], { cwd: empty.path, input: PLAN });
    expect(code).toBe(0);
    expect(stdout).toContain('2 tasks in 2 waves');
    expect((await runSwarm(['list', '--json'], { cwd: empty.path })).stdout).toBe('[]\n');
  });
});

describe.concurrent('a decision that ends a run', () => {
  const waiting = [launched('a'), gateAsked('a'), ended('a'), ...completes('b')];

  it.for([
    ['cancel', [launched('a')], (run: string) => run],
    ['deny', waiting, (run: string) => `${run}/a`],
  ] as const)('by %s runs the notify command', async ([command, events, target], { expect }) => {
    await withRun([...events], async (paths, cwd) => {
      mkdirSync(join(cwd, '.claude'));
      const tell = "require('fs').writeFileSync('told', require('fs').readFileSync(0))";
      const notify = { command: [process.execPath, '-e', tell] };
      writeFileSync(join(cwd, '.claude/swarm-parallel.json'), JSON.stringify({ notify }));
      if (command === 'cancel') append(paths, recent(ended('a', { outcome: 'stopped' })));
      expect(await runSwarm([command, target(paths.run)], { cwd })).toMatchObject({ code: 0 });
      const told = () => readFileSync(join(cwd, 'told'), 'utf8');
      await waitUntil(() => told().includes('"event":"run.ended"'));
    });
  });
});

describe.concurrent('a command of an agent', () => {
  it('records progress and the report', async () => {
    await withRun([launched('a'), started('a')], async (paths, cwd) => {
      const ref = `${paths.run}/a`;
      const first = await runSwarm(['checkpoint', ref, '40', '4 of 10'], { cwd });
      expect(first).toMatchObject({ code: 0, stdout: '40%\n', stderr: '' });
      const back = await runSwarm(['checkpoint', ref, '20%', 'back'], { cwd });
      expect(back).toMatchObject({ code: 0, stdout: expect.stringContaining('still at 40%') });
      const report = '# Report\n\nüber 🙂\n';
      const result = await runSwarm(['result', ref, '-'], { cwd, input: report });
      expect(result).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('results/a.md'),
        stderr: '',
      });
      expect(readFileSync(join(paths.results, 'a.md'), 'utf8')).toBe(report);
      const confirmed = await runSwarm(['result', ref, '--stored', 'results/a.md'], { cwd });
      expect(confirmed).toMatchObject({ code: 0, stdout: result.stdout });
      const late = await runSwarm(['result', `${paths.run}/b`, '-'], { cwd, input: 'x' });
      expect(late).toMatchObject({ code: 0, stdout: expect.stringContaining('results/b.late.md') });
    });
  });

  it('finds its run from a subdirectory and from a git worktree', async () => {
    await using own = await makeTempRepo();
    const { paths } = storeRun(own.path, [opened(['a']), launched('a')].map(recent));
    mkdirSync(join(own.path, 'sub'));
    const worktree = join(own.path, '.claude', 'worktrees', 'a');
    await git(own.path, 'worktree', 'add', '--quiet', '-b', 'other', worktree);
    mkdirSync(join(worktree, 'deep'));
    const ref = `${paths.run}/a`;
    const below = await runSwarm(['checkpoint', ref, '30', 'below'], {
      cwd: join(own.path, 'sub'),
    });
    expect(below).toMatchObject({ code: 0, stdout: '30%\n' });
    const beside = await runSwarm(['checkpoint', ref, '60', 'beside'], {
      cwd: join(worktree, 'deep'),
    });
    expect(beside).toMatchObject({ code: 0, stdout: '60%\n' });
    const log = readFileSync(join(paths.dir, 'tasks', 'a.md'), 'utf8');
    expect(log).toMatch(/30% below[\s\S]*60% beside/);
    expect(existsSync(join(worktree, '.swarm'))).toBe(false);
  });

  it('stores the report of a timed-out worker as a late report', async () => {
    const timedOut = { event: 'attempt.timed_out', at: at(5), attempt: 'call-a' } as const;
    const again = { event: 'retry.requested', at: at(6), task: 'a' } as const;
    const next = launched('a', { attempt: 'next', at: at(7) });
    await withRun([launched('a'), started('a'), timedOut, again, next], async (paths, cwd) => {
      const report = (attempt: string) =>
        runSwarm(['result', `${paths.run}/a`, '-'], {
          cwd,
          input: attempt,
          env: { SWARM_ATTEMPT: attempt },
        });
      expect((await report('call-a')).stdout).toContain('results/a.late.md');
      expect(existsSync(join(paths.results, 'a.md'))).toBe(false);
      await report('next');
      expect(readFileSync(join(paths.results, 'a.md'), 'utf8')).toBe('next');
    });
  });
});

describe.concurrent('watch', () => {
  it.each([
    [DONE, 0],
    [FAILED, 1],
  ])('of the ended run %s exits at once with %i', async (run, code) => {
    expect((await swarm('watch', run)).code).toBe(code);
  });

  it('follows a run to its end in two processes at once', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      const watches = [
        startSwarm(['watch', paths.run], { cwd }),
        startSwarm(['watch', '--json'], { cwd }),
      ];
      await watches[0]?.shows('a working');
      await watches[1]?.shows('"status":"working"');
      append(paths, ...[started('a'), checkpoint('a', 40, '4 of 10'), ended('a')].map(recent));
      append(
        paths,
        launched('b'),
        ended('b', { outcome: 'failed', category: 'fatal', message: 'no' }),
      );
      const [plain, json] = await Promise.all(watches.map(({ result }) => result));
      expect([plain?.code, json?.code]).toEqual([1, 1]);
      expect(plain?.stdout).toMatch(
        /✔ a completed.*✖ b failed \(fatal\): no.*run \S+ failed: 1 of 2/s,
      );
      const last = json?.stdout.trimEnd().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({
        status: 'failed',
        counts: { completed: 1, failed: 1 },
      });
    });
  });

  it('exits with 3 when the run is removed', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      const { result, shows } = startSwarm(['watch'], { cwd });
      await shows('a working');
      rmSync(paths.dir, { recursive: true, maxRetries: 5 });
      expect(await result).toMatchObject({
        code: 3,
        stderr: expect.stringContaining('was removed'),
      });
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'exits with 130 on %s, and the run continues',
    async (signal) => {
      await withRun([launched('a')], async (paths, cwd) => {
        const { process: child, result, shows } = startSwarm(['watch'], { cwd });
        await shows('a working');
        child.kill(signal);
        expect(await result).toMatchObject({ code: 130, signal: null });
        const { stdout } = await runSwarm(['status', '--json', paths.run], { cwd });
        expect(JSON.parse(stdout).status).toBe('working');
      });
    },
  );

  it('exits with 1 when nothing happens, and says how to resume', async () => {
    await withRun(completes('a'), async (paths, cwd) => {
      const { code, stdout, stderr } = await runSwarm(['watch', '--idle-timeout', '30ms'], { cwd });
      expect(code).toBe(1);
      expect(stdout).toContain('a completed');
      expect(stderr).toContain(`/swarm-resume ${paths.run}`);
    });
  });

  it('of all runs prints each state with its run until all have ended', async () => {
    await withRun([launched('a')], async (paths, cwd) => {
      markActive(paths);
      const watches = [
        startSwarm(['watch', '--all'], { cwd }),
        startSwarm(['watch', '--all', '--json'], { cwd }),
      ];
      await watches[0]?.shows(`${paths.run} ◐ a working`);
      await watches[1]?.shows('"status":"working"');
      append(paths, ...[ended('a'), ...completes('b')].map(recent));
      const [plain, json] = await Promise.all(watches.map(({ result }) => result));
      expect([plain?.code, json?.code]).toEqual([0, 0]);
      expect(plain?.stdout).toMatch(/ ✔ run \S+ completed: 2 of 2 tasks completed/);
      const last = json?.stdout.trimEnd().split('\n').at(-1) ?? '';
      expect(JSON.parse(last)).toMatchObject({
        run: paths.run,
        dir: paths.dir,
        session: 'session-1',
        status: { status: 'completed' },
      });
    });
  });

  it('of all runs exits at once if none is open, and cannot be combined with a run', async () => {
    expect(await runSwarm(['watch', '--all'], { cwd: empty.path })).toMatchObject({
      code: 0,
      stdout: '',
    });
    for (const more of [[OPEN], ['--until-needed'], ['--idle-timeout', '5m']])
      expect(await swarm('watch', '--all', ...more)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--all cannot be combined'),
      });
  });

  it('of all runs exits when its parent was killed', async ({ expect }) => {
    await withRun([launched('a')], async (_, cwd) => {
      const watch = [join(PACKAGE, 'bin/swarm'), 'watch', '--all'];
      const start = `const { spawn } = require('node:child_process');
        const [cwd, ...args] = ${JSON.stringify([cwd, ...watch])};
        const child = spawn(process.execPath, args, { cwd });
        child.stdout.once('data', () => console.log(child.pid));`;
      const parent = execFile(process.execPath, ['-e', start]);
      const pid = await new Promise<number>((resolve) =>
        parent.stdout?.once('data', (text) => resolve(Number(text))),
      );
      expect(isAlive(pid)).toBe(true);
      parent.kill('SIGKILL');
      await waitUntil(() => !isAlive(pid));
    });
  });

  it('finds the newest run and repairs its corrupt status file', async () => {
    await withRun(completes('a'), async (paths, cwd) => {
      writeFileSync(paths.status, 'spoilt');
      append(paths, ...[launched('b'), ended('b', { at: at(99) })].map(recent));
      expect((await runSwarm(['watch'], { cwd })).code).toBe(0);
      const { status } = runPaths(cwd, paths.run);
      expect(JSON.parse(readFileSync(status, 'utf8'))).toMatchObject({ status: 'completed' });
    });
  });
});
