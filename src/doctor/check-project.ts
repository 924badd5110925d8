import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE, readConfig } from '../config/read-config.ts';
import { swarmDir } from '../store/run-paths.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** Checks the project that runs are kept in. It is left as it is. */
export function checkProject(root: string): DoctorFinding[] {
  return [checkWritable(root), checkGit(root), ...checkConfig(root)];
}

function checkWritable(root: string): DoctorFinding {
  const directory = swarmDir(root);
  try {
    writeAndRemove(directory);
    return finding('run-directory', 'ok', `${directory} can be written`);
  } catch (error) {
    const message = `${directory} cannot be written, so no run can be kept: ${(error as Error).message}`;
    const fix = 'Give yourself the right to write there, or free the disk.';
    return finding('run-directory', 'error', message, fix);
  }
}

function writeAndRemove(directory: string): void {
  const isNew = !existsSync(directory);
  if (isNew) mkdirSync(directory, { mode: 0o700 });
  try {
    const probe = mkdtempSync(join(directory, 'doctor-'));
    try {
      writeFileSync(join(probe, 'probe'), 'probe');
    } finally {
      rmSync(probe, { recursive: true });
    }
  } finally {
    if (isNew) rmdirSync(directory);
  }
}

function checkGit(root: string): DoctorFinding {
  if (existsSync(join(root, '.git'))) {
    return finding('git', 'ok', `${root} is a git repository`);
  }
  const message = `${root} is no git repository, so agents can have no worktree of their own`;
  return finding('git', 'note', message, 'Run `git init` there if you want them to.');
}

function checkConfig(root: string): DoctorFinding[] {
  if (!existsSync(join(root, CONFIG_FILE))) return [];
  try {
    readConfig(root);
    return [finding('config', 'ok', `${CONFIG_FILE} is valid`)];
  } catch (error) {
    const fix = 'Put it right or take it out; until then no run can be opened.';
    return (error as Error).message
      .split('\n')
      .map((message) => finding('config', 'error', message, fix));
  }
}
