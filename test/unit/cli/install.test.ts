import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/cli-context.ts';
import { findUnusualPlace } from '../../../src/install/check-place.ts';
import { callCli } from '../../support/cli-context.ts';
import { packageFiles, writePackage } from '../../support/fake-package.ts';
import { makeTempDir, type TempDir } from '../../support/temp-dir.ts';

let dir: TempDir;
let repository: string;
let below: string;
let outside: string;

beforeEach(async () => {
  dir = await makeTempDir();
  const make = (...path: string[]) => {
    mkdirSync(join(dir.path, ...path), { recursive: true });
    return realpathSync(join(dir.path, ...path));
  };
  writePackage(make('package'), packageFiles('1.0.0'));
  make('repository', '.git');
  repository = make('repository');
  below = make('repository', 'packages', 'a');
  outside = make('outside');
});
afterEach(() => dir.remove());

const swarm = (args: string[], more: Partial<CliContext> = {}) =>
  callCli(args, { packageRoot: join(dir.path, 'package'), cwd: dir.path, ...more });
const isInstalled = (target: string) => existsSync(join(target, '.claude'));

/** A terminal with a person who gives one answer. */
function terminal(answer: string): Partial<CliContext> {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const write = () => void setImmediate(() => stdin.write(`${answer}\n`));
  return { stdin, stderr: { isTTY: true, write } as unknown as CliContext['stderr'] };
}

describe('swarm install', () => {
  it('writes to a repository without a question', async () => {
    expect(await swarm(['install', repository])).toMatchObject({ exitCode: 0, stderr: '' });
    expect(isInstalled(repository)).toBe(true);
  });

  it('refuses a sub-directory, and names the repository', async () => {
    const { stderr, exitCode } = await swarm(['install', below]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`would write to ${below}/.claude, a sub-directory of the repository`);
    expect(stderr).toContain(`swarm install ${repository}; or`);
    expect(isInstalled(below)).toBe(false);
  });

  it('refuses a directory outside of git', async () => {
    const { stderr, exitCode } = await swarm(['install'], { cwd: outside });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(`would write to ${outside}/.claude, which is in no git repository`);
    expect(stderr).toContain(`swarm install ${outside} --here`);
    expect(isInstalled(outside)).toBe(false);
  });

  it('writes there with --here, and afterwards updates without it', async () => {
    expect(await swarm(['install', below, '--here'])).toMatchObject({ exitCode: 0 });
    expect(await swarm(['install', below])).toMatchObject({ exitCode: 0 });
    expect(isInstalled(below)).toBe(true);
  });

  it.each([
    ['y', 0, true],
    ['', 2, false],
  ])('asks in a terminal, where %j installs: %s', async (answer, exitCode, installed) => {
    expect(await swarm(['install', outside], terminal(answer))).toMatchObject({ exitCode });
    expect(isInstalled(outside)).toBe(installed);
  });

  it('takes a home directory in git for no project', () => {
    expect(findUnusualPlace(below, repository)).toEqual({ code: 'no_repository', target: below });
    expect(findUnusualPlace(join(dir.path, 'none'))).toBeNull();
  });
});

describe('swarm uninstall', () => {
  it('says what stays', async () => {
    await swarm(['install', repository]);
    for (const path of ['runs/1', 'runs/2', 'open/2', 'worktrees/1/a', 'worktrees/1/b'])
      mkdirSync(join(repository, '.swarm', path), { recursive: true });
    writeFileSync(join(repository, '.claude', 'swarm-parallel.json'), '{}');
    const { stdout } = await swarm(['uninstall', repository]);
    expect(stdout.split('\n').slice(2)).toEqual([
      'Left in place, because it is yours:',
      '  .claude/swarm-parallel.json: your configuration',
      '  .swarm/runs: the reports of 2 runs, 1 of them unfinished; delete .swarm when you no longer need them',
      '  .swarm/worktrees: 2 worktrees with branches; merge what you need before you delete them',
    ]);
  });

  it('says nothing of the kind if nothing stays, and names the installation of the repository', async () => {
    await swarm(['install', repository]);
    expect((await swarm(['uninstall', below])).stderr).toContain(`swarm uninstall ${repository}`);
    expect((await swarm(['uninstall', repository])).stdout).not.toContain('Left in place');
  });
});
