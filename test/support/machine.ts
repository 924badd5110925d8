import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DoctorEnvironment } from '../../src/doctor/environment.ts';
import { makeTempDir } from './temp-dir.ts';

/** A machine for the doctor, with its own HOME, project and programs on PATH. */
export interface Machine extends AsyncDisposable {
  readonly dir: string;
  readonly project: string;
  readonly environment: DoctorEnvironment;
  /** The environment with additional variables; those of the machine are kept. */
  withEnv(env: Readonly<Record<string, string | undefined>>): DoctorEnvironment;
  /** Puts a Node program on PATH. @param source program text */
  addProgram(name: string, source: string): string;
  write(path: string, content: string): void;
}

export const NOW = new Date('2026-11-22T12:00:00.000Z');

/** @param packageRoot the plugin; by default one that does not exist */
export async function makeMachine(packageRoot?: string): Promise<Machine> {
  const temp = await makeTempDir('swarm-machine-');
  const dir = temp.path;
  const bin = join(dir, 'bin');
  const project = join(dir, 'project');
  for (const path of [bin, join(dir, 'home'), join(project, '.git')]) {
    mkdirSync(path, { recursive: true });
  }
  symlinkSync(process.execPath, join(bin, 'node'));
  symlinkSync('/bin/sh', join(bin, 'sh'));
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
      // A program of the test may already be named `node`.
      write(join('bin', name), `#!${process.execPath}\n${source}\n`);
      chmodSync(path, 0o755);
      return path;
    },
    [Symbol.asyncDispose]: temp.remove,
  };
}

/** The source of a client that prints a version and accepts every plugin. */
export function fakeClient(version: string): string {
  return `if (process.argv[2] === '--version') console.log('${version} (Claude Code)');`;
}
