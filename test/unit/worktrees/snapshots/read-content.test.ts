import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentTree } from '../../../../src/worktrees/commits/content-tree.ts';
import {
  type ContentLimits,
  readContent,
} from '../../../../src/worktrees/snapshots/read-content.ts';
import { withTemporaryIndex } from '../../../../src/worktrees/snapshots/temporary-index.ts';
import { git, makeTempDir, makeTempRepo } from '../../../support/temp-dir.ts';

const LIMITS: ContentLimits = { newBytes: 1_000, newFiles: 20, patched: 20 };
const contentOf = (path: string, limits = LIMITS) =>
  withTemporaryIndex(path, {}, (options) => readContent(path, options, limits));

/** A repository with a few files in directories. */
async function makeCheckout() {
  const repo = await makeTempRepo();
  const write = (name: string, content = `${name}\n`) => {
    mkdirSync(dirname(join(repo.path, name)), { recursive: true });
    writeFileSync(join(repo.path, name), content);
  };
  for (const name of ['src/a.ts', 'src/deep/er/b.ts', 'src/deep/c.ts', 'docs/d.md', 'run.sh'])
    write(name);
  write('.gitignore', 'ignored/\n*.log\n');
  await git(repo.path, 'add', '.');
  await git(repo.path, 'commit', '--quiet', '--message', 'second');
  const at = (name: string) => join(repo.path, name);
  return { repo, write, at, [Symbol.asyncDispose]: () => repo.remove() };
}
type Checkout = Awaited<ReturnType<typeof makeCheckout>>;

/** What somebody may have done to a checkout. */
const CHANGES: Record<string, (checkout: Checkout) => unknown> = {
  nothing: () => {},
  'edits and new files at every depth': ({ write }) => {
    for (const name of ['README.md', 'src/deep/er/b.ts', 'new', 'src/x/y/z/new']) write(name, '1');
  },
  'removed files, and with them a directory': ({ at }) => {
    rmSync(at('docs/d.md'));
    rmSync(at('src/deep/er/b.ts'));
    rmSync(at('README.md'));
  },
  'a file in place of a directory': ({ at, write }) => {
    rmSync(at('src/deep'), { recursive: true });
    write('src/deep', 'a file');
  },
  'a directory in place of a file': ({ at, write }) => {
    rmSync(at('docs/d.md'));
    write('docs/d.md/inner/file');
  },
  'a link in place of a directory': ({ at }) => {
    renameSync(at('src/deep'), at('moved'));
    symlinkSync('../moved', at('src/deep'));
  },
  'modes and links': ({ at, write }) => {
    chmodSync(at('run.sh'), 0o755);
    write('new.sh');
    chmodSync(at('new.sh'), 0o755);
    rmSync(at('src/a.ts'));
    symlinkSync('deep/c.ts', at('src/a.ts'));
    symlinkSync('nowhere', at('dangling'));
  },
  'names that need quoting': ({ write }) => {
    for (const name of ['a "b"\\c', 'line\nbreak/x\ty', ' spaced ', 'ünï/cödé', ':(glob)*', '-n'])
      write(name);
  },
  'staged changes, a file that is only meant to be added, and ignored files': async (checkout) => {
    const { repo, write } = checkout;
    write('src/a.ts', 'staged');
    write('staged');
    write('meant');
    for (const name of ['ignored/x', 'y.log', 'forced.log']) write(name);
    await git(repo.path, 'add', 'src/a.ts', 'staged');
    await git(repo.path, 'add', '--force', 'forced.log');
    await git(repo.path, 'add', '--intent-to-add', 'meant');
    write('src/a.ts', 'and changed again');
  },
  'line endings that git converts': async ({ repo, write }) => {
    await git(repo.path, 'config', 'core.autocrlf', 'true');
    await git(repo.path, 'config', 'core.safecrlf', 'true');
    write('src/a.ts', 'one\r\ntwo\r\n');
    write('mixed', 'one\r\ntwo\n');
  },
  'a merge conflict': async ({ repo, write }) => {
    const commit = async (content: string) => {
      write('src/a.ts', content);
      await git(repo.path, 'commit', '--all', '--quiet', '--message', content);
    };
    await git(repo.path, 'branch', 'other');
    await commit('ours');
    await git(repo.path, 'switch', '--quiet', 'other');
    await commit('theirs');
    await git(repo.path, 'merge', 'main').catch(() => 'conflict');
  },
  'a sparse checkout': async ({ repo, write }) => {
    await git(repo.path, 'sparse-checkout', 'set', 'docs');
    write('docs/d.md', 'changed');
    write('docs/new');
  },
  'a submodule with another commit': async ({ repo, at }) => {
    await git(repo.path, 'init', '--quiet', 'module');
    await git(at('module'), 'commit', '--quiet', '--allow-empty', '--message', 'one');
    await git(repo.path, 'add', 'module').catch(() => '');
    await git(repo.path, 'commit', '--quiet', '--message', 'module');
    await git(at('module'), 'commit', '--quiet', '--allow-empty', '--message', 'two');
  },
};

describe('reads the content of a working tree as `git add` would', () => {
  it.each(Object.entries(CHANGES))('after %s', async (_, change) => {
    await using checkout = await makeCheckout();
    await change(checkout);
    const { path } = checkout.repo;
    const before = await git(path, 'status', '--porcelain=v2', '--branch');
    const index = await git(path, 'ls-files', '--stage', '--debug');

    const { tree, left } = await contentOf(path);

    expect(await git(path, 'ls-tree', '-r', tree)).toBe(
      await git(path, 'ls-tree', '-r', await contentTree(path)),
    );
    expect(left).toEqual([]);
    expect(await git(path, 'ls-files', '--stage', '--debug')).toBe(index);
    expect(await git(path, 'status', '--porcelain=v2', '--branch')).toBe(before);
  });

  it('without a commit', async () => {
    await using dir = await makeTempDir();
    await git(dir.path, 'init', '--quiet');
    writeFileSync(join(dir.path, 'first'), '1');

    const { tree } = await contentOf(dir.path);

    expect(await git(dir.path, 'ls-tree', '--name-only', tree)).toBe('first\n');
  });

  it('with a name that is not UTF-8', async () => {
    await using checkout = await makeCheckout();
    writeFileSync(Buffer.concat([Buffer.from(checkout.at('bad-')), Buffer.from([0xff])]), 'x');
    await git(checkout.repo.path, 'add', '.');
    checkout.write('README.md', 'changed');

    const { tree } = await contentOf(checkout.repo.path);

    expect(tree).toBe(await contentTree(checkout.repo.path));
  });

  it('when more has changed than is worth a patch', async () => {
    await using checkout = await makeCheckout();
    for (const name of ['many/1', 'many/2', 'src/a.ts']) checkout.write(name, 'changed');
    rmSync(checkout.at('docs/d.md'));

    const { tree } = await contentOf(checkout.repo.path, { ...LIMITS, patched: 2 });

    expect(tree).toBe(await contentTree(checkout.repo.path));
  });
});

it('leaves out large new files and other repositories, and names them', async () => {
  await using checkout = await makeCheckout();
  const { repo, write, at } = checkout;
  write('large.bin', '');
  truncateSync(at('large.bin'), 1_001);
  appendFileSync(at('src/a.ts'), 'more');
  await git(repo.path, 'init', '--quiet', 'clone');
  write('clone/file');

  const { tree, left } = await contentOf(repo.path);

  expect(left).toEqual(['clone/', 'large.bin']);
  expect(await git(repo.path, 'diff-tree', '-r', '--name-only', 'HEAD', tree)).toBe('src/a.ts\n');
});

it('refuses more new files than anybody wants to keep', async () => {
  await using checkout = await makeCheckout();
  for (const serial of Array(21).keys()) checkout.write(`cache/${serial}`);

  await expect(contentOf(checkout.repo.path)).rejects.toThrow(/21 files.*\.gitignore/);
});
