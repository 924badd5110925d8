import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DoctorEnvironment } from '../../src/doctor/environment.ts';
import { makeTempDir } from './temp-dir.ts';

/** A machine for the doctor: a home, a project, and programs on a PATH of its own. */
export interface Machine extends AsyncDisposable {
  readonly dir: string;
  readonly project: string;
  readonly environment: DoctorEnvironment;
  /** The environment with other variables; the machine's own stay. */
  withEnv(env: Readonly<Record<string, string | undefined>>): DoctorEnvironment;
  /** Puts a Node program on PATH. @param source what it runs */
  addProgram(name: string, source: string): string;
  write(path: string, content: string): void;
}

export const NOW = new Date('2026-11-22T12:00:00.000Z');

/** @param packageRoot the plugin; without, one that does not exist */
export async function makeMachine(packageRoot?: string): Promise<Machine> {
  const temp = await makeTempDir('swarm-machine-');
  const dir = temp.path;
  const bin = join(dir, 'bin');
  const project = join(dir, 'project');
  for (const path of [bin, join(dir, 'home'), join(project, '.git')]) {
    mkdirSync(path, { recursive: true });
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  const environment: DoctorEnvironment = {
    packageRoot: packageRoot ?? join(dir, 'package'),
    cwd: project,
    env: { PATH: bin, HOME: join(dir, 'home') },
    now: NOW,
    nodeVersion: process.versions.node,
    execPath: process.execPath,
  };
  const write = (path: string, content: string): void => {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  return {
    dir,
    project,
    environment,
    write,
    withEnv: (env) => ({ ...environment, env: { ...environment.env, ...env } }),
    addProgram(name, source) {
      const path = join(bin, name);
      // The name of node may be taken by a program of the test.
      write(join('bin', name), `#!${process.execPath}\n${source}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    [Symbol.asyncDispose]: temp.remove,
  };
}

/** The source of a client that tells a version and takes every plugin. */
export function fakeClient(version: string): string {
  return `if (process.argv[2] === '--version') console.log('${version} (Claude Code)');`;
}
