import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { locateRoot, locateWorktree } from '../../../src/platform/repository-paths.ts';
import { git, makeTempDir, makeTempRepo, type TempDir } from '../../support/temp-dir.ts';

let repo: TempDir;
let outside: TempDir;

beforeAll(async () => {
  repo = await makeTempRepo();
  outside = await makeTempDir();
});
afterAll(async () => {
  await repo.remove();
  await outside.remove();
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function makeDir(...path: string[]): string {
  const dir = join(...path);
  mkdirSync(dir, { recursive: true });
  return dir;
}

describe('locateRoot', () => {
  it('returns the repository from anywhere in it', () => {
    expect(locateRoot(repo.path)).toBe(repo.path);
    expect(locateRoot(makeDir(repo.path, 'src/deep/er'))).toBe(repo.path);
    expect(locateRoot(join(repo.path, 'src/not/there'))).toBe(repo.path);
  });

  it.each(['a submodule', 'a separate git directory'])(
    'returns the checkout with the run from the worktree of its task in %s',
    async (shape) => {
      await using work = await makeTempDir();
      const isSubmodule = shape === 'a submodule';
      const main = makeDir(work.path, 'main');
      const checkout = isSubmodule ? join(main, 'lib') : main;
      if (isSubmodule) {
        await git(main, 'init', '--quiet');
        const source = [
          '-c',
          'protocol.file.allow=always',
          'submodule',
          'add',
          '--quiet',
          '--force',
        ];
        await git(main, ...source, repo.path, 'lib');
      } else
        await git(
          checkout,
          'clone',
          '--quiet',
          `--separate-git-dir=${work.path}/store`,
          repo.path,
          '.',
        );
      const worktree = join(checkout, '.swarm/worktrees/20261122-181530-412abc/task');
      await git(checkout, 'worktree', 'add', '--quiet', worktree);
      expect(locateRoot(worktree)).toBe(checkout);
      expect(locateRoot(makeDir(worktree, 'src'))).toBe(checkout);
      expect(locateWorktree(checkout, join(worktree, 'src'))).toBe(worktree);
    },
  );

  it('returns the repository even if a directory in it has a .claude or .swarm', () => {
    makeDir(repo.path, 'packages/a/.claude');
    makeDir(repo.path, 'packages/a/.swarm/runs');
    expect(locateRoot(join(repo.path, 'packages/a'))).toBe(repo.path);
  });

  it('returns the main checkout from a worktree', async () => {
    const inside = join(repo.path, '.claude/worktrees/agent-1');
    const elsewhere = join(outside.path, 'worktree');
    for (const [path, branch] of [
      [inside, 'one'],
      [elsewhere, 'two'],
    ] as const) {
      await git(repo.path, 'worktree', 'add', '--quiet', '-b', branch, path);
      expect(locateRoot(path)).toBe(repo.path);
      expect(locateRoot(makeDir(path, 'sub'))).toBe(repo.path);
      expect(locateWorktree(repo.path, join(path, 'sub'))).toBe(path);
    }
    expect(locateWorktree(repo.path, join(repo.path, 'src'))).toBeNull();
    expect(locateWorktree(repo.path, outside.path)).toBeNull();
    expect(locateWorktree(outside.path, inside)).toBeNull();
  });

  it('returns a submodule from inside it, and the outer repository elsewhere', async () => {
    const other = await makeTempRepo();
    try {
      const allow = ['-c', 'protocol.file.allow=always'];
      await git(repo.path, ...allow, 'submodule', '--quiet', 'add', other.path, 'modules/other');
      expect(locateRoot(join(repo.path, 'modules/other'))).toBe(join(repo.path, 'modules/other'));
      expect(locateRoot(join(repo.path, 'modules'))).toBe(repo.path);
    } finally {
      await other.remove();
    }
  });

  it('returns the worktree of a bare repository', async () => {
    const bare = join(outside.path, 'bare.git');
    await git(outside.path, 'clone', '--quiet', '--bare', repo.path, bare);
    const worktree = join(outside.path, 'of-bare');
    await git(bare, 'worktree', 'add', '--quiet', worktree, 'main');
    expect(locateRoot(worktree)).toBe(worktree);
    expect(locateRoot(bare)).toBe(bare);
  });

  it('returns a checkout whose git directory is elsewhere', async () => {
    const checkout = makeDir(outside.path, 'separate');
    await git(checkout, 'init', '--quiet', `--separate-git-dir=${join(outside.path, 'its.git')}`);
    expect(locateRoot(makeDir(checkout, 'sub'))).toBe(checkout);
  });

  it('returns the directory of a .git file that leads nowhere', () => {
    const odd = makeDir(outside.path, 'odd');
    writeFileSync(join(odd, '.git'), 'nothing');
    expect(locateRoot(odd)).toBe(odd);
    writeFileSync(join(odd, '.git'), 'gitdir: /not/there\n');
    expect(locateRoot(makeDir(odd, 'sub'))).toBe(odd);
  });

  it('returns without git the nearest directory with runs or a .claude, or the start', () => {
    const plain = makeDir(outside.path, 'plain');
    const deep = makeDir(plain, 'a/b/c');
    expect(locateRoot(deep)).toBe(deep);
    makeDir(plain, '.claude');
    expect(locateRoot(deep)).toBe(plain);
    makeDir(plain, 'a/.swarm');
    expect(locateRoot(deep)).toBe(plain);
    makeDir(plain, 'a/.swarm/runs');
    expect(locateRoot(deep)).toBe(join(plain, 'a'));
  });

  it("ignores the user's own .claude in the home directory", () => {
    const home = makeDir(outside.path, 'home');
    makeDir(home, '.claude');
    const project = makeDir(home, 'project');
    vi.stubEnv('HOME', home);
    expect(locateRoot(project)).toBe(project);
    makeDir(home, '.swarm/runs');
    expect(locateRoot(project)).toBe(home);
  });

  it('accepts a relative start', () => {
    expect(locateRoot('.')).toBe(locateRoot(realpathSync(process.cwd())));
  });
});
