import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { SwarmError } from '../../src/errors/swarm-error.ts';
import { type InstallResult, install } from '../../src/install/install.ts';
import { type UninstallResult, uninstall } from '../../src/install/uninstall.ts';
import { packageFiles, writePackage } from './fake-package.ts';
import { makeTempDir } from './temp-dir.ts';

/** An empty repository and a package of the plugin to install into it. */
export interface InstallTarget {
  /** The repository. */
  root: string;
  packageRoot: string;
  /** The temporary directory that contains both. */
  parent: string;
  install(): InstallResult;
  uninstall(): UninstallResult;
  /** The absolute path of a file in `.claude`. */
  path(name: string): string;
  read(name: string): string;
  write(name: string, content: string | Uint8Array): void;
  /** Replaces the package. @param changes contents by path; null leaves a file out */
  upgradePackage(version: string, changes?: Record<string, string | null>): void;
  remove(): Promise<void>;
}

export async function makeInstallTarget(): Promise<InstallTarget> {
  const dir = await makeTempDir();
  const packageRoot = join(dir.path, 'package');
  const root = join(dir.path, 'target');
  mkdirSync(root);
  writePackage(packageRoot, packageFiles('1.0.0'));
  const path = (name: string): string => join(root, '.claude', name);
  return {
    root,
    packageRoot,
    parent: dir.path,
    install: () => install({ packageRoot, target: root }),
    uninstall: () => uninstall({ target: root }),
    path,
    read: (name) => readFileSync(path(name), 'utf8'),
    write(name, content) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), content);
    },
    upgradePackage(version, changes = {}) {
      rmSync(packageRoot, { recursive: true });
      writePackage(packageRoot, { ...packageFiles(version), ...changes });
    },
    remove: dir.remove,
  };
}

/** Everything below a directory: content, permissions and modification time. */
export function snapshot(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).map((entry) => {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = lstatSync(path);
    const content = entry.isFile() ? `${mtimeMs} ${readFileSync(path, 'base64')}` : '';
    return [path.slice(root.length + 1), `${mode.toString(8)} ${content}`];
  });
  return Object.fromEntries(entries);
}

/** The paths of everything below a directory, sorted. */
export function names(root: string): string[] {
  return Object.keys(snapshot(root)).sort();
}

/** The error of a call, which must leave the target unchanged. */
export function rejection({ root }: InstallTarget, call: () => unknown): SwarmError {
  const before = existsSync(root) ? snapshot(root) : {};
  try {
    call();
  } catch (error) {
    expect(existsSync(root) ? snapshot(root) : {}).toEqual(before);
    expect(error).toBeInstanceOf(SwarmError);
    return error as SwarmError;
  }
  throw new Error('expected an error');
}

export const ourScript = (script: string): string =>
  `${'$'}{CLAUDE_PROJECT_DIR}/.claude/swarm-parallel/dist/${script}`;

const entry = (script: string) => ({
  type: 'command',
  command: 'node',
  args: [ourScript(script)],
  timeout: 10,
});

/** What version 1.0.0 of the package adds to `settings.json`. */
export const HOOKS = {
  PreToolUse: [{ matcher: 'Agent|Task', hooks: [entry('record-event.cjs')] }],
  SubagentStop: [{ hooks: [entry('record-event.cjs')] }],
  SessionStart: [{ hooks: [entry('add-to-path.cjs')] }],
};

export const STATUS_LINE = {
  type: 'command',
  command: `node "${'$'}{CLAUDE_PROJECT_DIR:-.}/.claude/swarm-parallel/dist/agent-rows.cjs"`,
};
