import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadRun, type RunHandle } from '../../../src/store/run-handle.ts';
import { worktreePath } from '../../../src/store/run-paths.ts';
import { commitWork } from '../../../src/worktrees/commits/commit-work.ts';
import { createWorktree } from '../../../src/worktrees/create-worktree.ts';
import { hostAt } from '../../support/host.ts';
import {
  at,
  completes,
  ended,
  launched,
  makeTask,
  opened,
  RUN,
  started,
} from '../../support/run-events.ts';
import { append, storeRun } from '../../support/stored-run.ts';
import { git, makeTempRepo, type TempDir } from '../../support/temp-dir.ts';

const host = (root: string) => hostAt(root, at(50));
const commitTask = (run: RunHandle, task = 'a') =>
  commitWork(run, task, { host: host(run.paths.root) });

interface Work extends AsyncDisposable {
  repo: TempDir;
  run: RunHandle;
  /** The task's worktree. */
  path: string;
  write(name: string, content?: string): void;
}

/** A run whose task `a` has a worktree; `prepare` gets the repository before. */
async function beginWork(prepare: (path: string) => Promise<void> = async () => {}): Promise<Work> {
  const repo = await makeTempRepo();
  await git(repo.path, 'config', 'user.name', 'Ada Person');
  await git(repo.path, 'config', 'user.email', 'ada@example.invalid');
  await prepare(repo.path);
  const run = storeRun(repo.path, [opened([makeTask('a', { title: 'Mend the parser' }), 'b'])]);
  await createWorktree(run, 'a', { checkout: repo.path, host: host(repo.path) });
  append(run.paths, launched('a'), started('a'), ended('a', { abstract: 'Mended.\n\nMore.' }));
  const path = worktreePath(run.paths, 'a');
  const write = (name: string, content = `${name}\n`) => writeFileSync(join(path, name), content);
  return { repo, run: loadRun(run.paths), path, write, [Symbol.asyncDispose]: () => repo.remove() };
}

const show = (cwd: string, format: string, commit = `swarm/${RUN}/a`) =>
  git(cwd, 'log', '-1', `--format=${format}`, commit).then((text) => text.trim());
const filesIn = async (cwd: string, commit = `swarm/${RUN}/a`) =>
  (await git(cwd, 'ls-tree', '-r', '--name-only', commit)).trim().split('\n');
const count = async (cwd: string) =>
  Number(await git(cwd, 'rev-list', '--count', `main..swarm/${RUN}/a`));

describe('commits the changes of a task on its branch', () => {
  it('with the title, the abstract and a trailer, by the person that git knows', async () => {
    await using work = await beginWork();
    work.write('new.txt');
    rmSync(join(work.path, 'README.md'));

    const commit = await commitTask(work.run);

    expect(await git(work.repo.path, 'rev-parse', `swarm/${RUN}/a`)).toBe(`${commit}\n`);
    expect(await show(work.repo.path, '%an <%ae> %cn')).toBe(
      'Ada Person <ada@example.invalid> Ada Person',
    );
    expect(await show(work.repo.path, '%s')).toBe('Mend the parser');
    expect(await show(work.repo.path, '%b')).toContain('Mended.');
    expect(await show(work.repo.path, '%(trailers:key=Swarm-Task,valueonly)')).toBe(`${RUN}/a`);
    expect(await filesIn(work.repo.path)).toEqual(['new.txt']);
    expect(work.run.state.worktrees.get('a')).toMatchObject({ commit, notes: [], problem: null });
    expect(await git(work.path, 'status', '--porcelain')).toBe('');
  });

  it('once, however often it is repeated', async () => {
    await using work = await beginWork();
    work.write('new.txt');
    const first = await commitTask(work.run);

    expect(await commitTask(work.run)).toBe(first);
    // As if the process had been killed before the ledger was written.
    expect(await commitTask(storeRun(work.repo.path, [...eventsWithoutCommit(work)]))).toBe(first);
    expect(await count(work.repo.path)).toBe(1);
  });

  it('and leaves out what git ignores', async () => {
    await using work = await beginWork();
    work.write('.gitignore', 'secret\n');
    work.write('secret');

    await commitTask(work.run);

    expect(await filesIn(work.repo.path)).toEqual(['.gitignore', 'README.md']);
  });

  it('and makes no commit where the agent made them, or changed nothing', async () => {
    await using work = await beginWork();
    const { length } = work.run.state.worktrees.get('a')?.base ?? '';
    expect(await commitTask(work.run)).toHaveLength(length);
    expect(work.run.state.worktrees.get('a')?.commit).toBe(null);

    work.write('own.txt');
    await git(work.path, 'add', '.');
    await git(work.path, 'commit', '--quiet', '--message', 'Own');
    const commit = await commitTask(work.run);

    expect(await show(work.repo.path, '%s', commit)).toBe('Own');
    expect(work.run.state.worktrees.get('a')?.commit).toBe(commit);
  });

  it('without running the hooks of the repository', async () => {
    await using work = await beginWork(async (path) => {
      const hook = join(path, '.git', 'hooks', 'commit-msg');
      mkdirSync(join(path, '.git', 'hooks'), { recursive: true });
      writeFileSync(hook, '#!/bin/sh\nexit 1\n');
      chmodSync(hook, 0o755);
    });
    work.write('new.txt');

    await commitTask(work.run);

    expect(await count(work.repo.path)).toBe(1);
  });

  it('unsigned, with a note, where signing fails, and tries that once', async () => {
    await using work = await beginWork(async (path) => {
      const signer = join(path, '.git', 'signer');
      writeFileSync(signer, `#!/bin/sh\necho x >> ${join(path, '.git', 'tries')}\nexit 1\n`);
      chmodSync(signer, 0o755);
      await git(path, 'config', 'commit.gpgSign', 'true');
      await git(path, 'config', 'gpg.program', signer);
    });
    work.write('new.txt');

    await commitTask(work.run);
    work.write('more.txt');
    await commitTask(work.run);

    expect(work.run.state.worktrees.get('a')?.notes).toEqual(['unsigned']);
    expect(await count(work.repo.path)).toBe(2);
    expect(readFileSync(join(work.repo.path, '.git', 'tries'), 'utf8')).toBe('x\n');
  });

  it('as swarm-parallel, with a note, where git knows nobody', async () => {
    await using work = await beginWork(async (path) => {
      await git(path, 'config', '--unset', 'user.email');
      await git(path, 'config', 'user.useConfigOnly', 'true');
    });
    work.write('new.txt');
    const { GIT_CONFIG_GLOBAL } = process.env;
    process.env.GIT_CONFIG_GLOBAL = '/dev/null';

    try {
      await commitTask(work.run);
    } finally {
      if (GIT_CONFIG_GLOBAL === undefined) delete process.env.GIT_CONFIG_GLOBAL;
      else process.env.GIT_CONFIG_GLOBAL = GIT_CONFIG_GLOBAL;
    }

    expect(await show(work.repo.path, '%an')).toBe('swarm-parallel');
    expect(work.run.state.worktrees.get('a')?.notes).toEqual(['unknown_author']);
  });

  it('outside of the files that a sparse checkout shows', async () => {
    await using work = await beginWork(async (path) => {
      mkdirSync(join(path, 'shown'));
      mkdirSync(join(path, 'hidden'));
      writeFileSync(join(path, 'shown', 'a'), 'a');
      writeFileSync(join(path, 'hidden', 'b'), 'b');
      await git(path, 'add', '.');
      await git(path, 'commit', '--quiet', '--message', 'two');
      await git(path, 'sparse-checkout', 'set', 'shown');
    });
    mkdirSync(join(work.path, 'hidden'), { recursive: true });
    work.write('hidden/new');

    await commitTask(work.run);

    expect(await filesIn(work.repo.path)).toEqual([
      'README.md',
      'hidden/b',
      'hidden/new',
      'shown/a',
    ]);
  });
});

describe('an agent that left its branch', () => {
  it('on a detached commit that follows it: the branch moves there', async () => {
    await using work = await beginWork();
    await git(work.path, 'checkout', '--quiet', '--detach');
    await git(work.path, 'commit', '--quiet', '--allow-empty', '--message', 'Away');
    work.write('new.txt');

    await commitTask(work.run);

    expect(await count(work.repo.path)).toBe(2);
    expect(await git(work.path, 'symbolic-ref', '--short', 'HEAD')).toBe(`swarm/${RUN}/a\n`);
    expect(await git(work.path, 'status', '--porcelain')).toBe('');
  });

  it('on another branch: both histories are kept, with a note', async () => {
    await using work = await beginWork();
    await git(work.path, 'commit', '--quiet', '--allow-empty', '--message', 'Here');
    await git(work.path, 'checkout', '--quiet', '-b', 'other', 'HEAD~1');
    await git(work.path, 'commit', '--quiet', '--allow-empty', '--message', 'There');
    work.write('new.txt');

    const commit = await commitTask(work.run);

    const subjects = (await git(work.repo.path, 'log', '--format=%s', commit)).trim().split('\n');
    expect(subjects.toSorted()).toEqual(['Here', 'Mend the parser', 'There', 'first']);
    expect(work.run.state.worktrees.get('a')?.notes).toEqual(['other_branch']);
    expect(await commitTask(work.run)).toBe(commit);
  });

  it('on an earlier commit, without a change: its branch counts', async () => {
    await using work = await beginWork();
    work.write('new.txt');
    await git(work.path, 'add', '.');
    await git(work.path, 'commit', '--quiet', '--message', 'Kept');
    await git(work.path, 'checkout', '--quiet', '--detach', 'HEAD~1');

    const commit = await commitTask(work.run);

    expect(await show(work.repo.path, '%s', commit)).toBe('Kept');
    expect(await commitTask(work.run)).toBe(commit);
    expect(await count(work.repo.path)).toBe(1);
  });

  it('and removed its worktree: the commits on its branch count', async () => {
    await using work = await beginWork();
    work.write('new.txt');
    await git(work.path, 'add', '.');
    await git(work.path, 'commit', '--quiet', '--message', 'Kept');
    rmSync(work.path, { recursive: true });

    expect(await show(work.repo.path, '%s', await commitTask(work.run))).toBe('Kept');
  });
});

describe('a merge in progress', () => {
  async function beginMerge(): Promise<Work> {
    const work = await beginWork();
    await git(work.repo.path, 'switch', '--quiet', '--create', 'other');
    writeFileSync(join(work.repo.path, 'README.md'), 'other\n');
    await git(work.repo.path, 'commit', '--quiet', '--all', '--message', 'other');
    await git(work.repo.path, 'switch', '--quiet', 'main');
    work.write('README.md', 'own\n');
    await git(work.path, 'commit', '--quiet', '--all', '--message', 'own');
    await git(work.path, 'merge', '--quiet', 'other').catch(() => {});
    return work;
  }

  it('is committed as a merge, once', async () => {
    await using work = await beginMerge();
    work.write('README.md', 'both\n');

    const commit = await commitTask(work.run);

    const other = (await git(work.repo.path, 'rev-parse', 'other')).trim();
    expect(await show(work.repo.path, '%P', commit)).toContain(other);
    expect(work.run.state.worktrees.get('a')?.notes).toEqual([]);
    // As if the process had been killed before git forgot the merge.
    writeFileSync(
      (
        await git(work.path, 'rev-parse', '--path-format=absolute', '--git-path', 'MERGE_HEAD')
      ).trim(),
      `${other}\n`,
    );
    expect(await commitTask(work.run)).toBe(commit);
  });

  it('is refused while files have marks of the conflict', async () => {
    await using work = await beginMerge();
    await expect(commitTask(work.run)).rejects.toThrow(/README\.md/);
    expect(work.run.state.worktrees.get('a')?.commit).toBe(null);
  });
});

it('records why git refuses, keeps the changes, and commits them later', async () => {
  await using work = await beginWork(async (path) => {
    writeFileSync(join(path, '.gitattributes'), '*.bin filter=big\n');
    await git(path, 'config', 'filter.big.clean', 'false');
    await git(path, 'config', 'filter.big.required', 'true');
    await git(path, 'add', '.');
    await git(path, 'commit', '--quiet', '--message', 'filter');
  });
  work.write('new.bin');

  await expect(commitTask(work.run)).rejects.toThrow(/filter/);
  expect(work.run.state.worktrees.get('a')?.problem).toMatch(/filter/);
  expect(existsSync(join(work.path, 'new.bin'))).toBe(true);

  await git(work.repo.path, 'config', 'filter.big.clean', 'cat');
  await commitTask(work.run);
  expect(work.run.state.worktrees.get('a')?.problem).toBe(null);
  expect(await filesIn(work.repo.path)).toContain('new.bin');
});

it('a task begins with the commits of the tasks that it needs', async () => {
  await using repo = await makeTempRepo();
  const tasks = [makeTask('a'), makeTask('b'), makeTask('c', { needs: ['a', 'b'] })];
  const run = storeRun(repo.path, [opened(tasks)]);
  for (const task of ['a', 'b']) {
    const path = await createWorktree(run, task, { checkout: repo.path, host: host(repo.path) });
    writeFileSync(join(path, task), task);
  }
  append(run.paths, ...completes('a'), ...completes('b'));

  await createWorktree(loadRun(run.paths), 'c', { checkout: repo.path, host: host(repo.path) });

  const subjects = await git(repo.path, 'log', '--format=%s', `swarm/${RUN}/c`);
  expect(subjects.trim().split('\n').toSorted()).toEqual([
    'Begin with the changes of a, b',
    'Do a',
    'Do b',
    'first',
  ]);
});

/** The events of a run before its commit was recorded. */
function eventsWithoutCommit({ run }: Work) {
  const base = run.state.worktrees.get('a')?.base ?? '';
  const branch = `swarm/${RUN}/a`;
  return [
    run.state.opened,
    { event: 'worktree.added', at: at(50), task: 'a', branch, base } as const,
    ...completes('a'),
  ];
}
