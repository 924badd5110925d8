import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../config/config-file.ts';
import { readConfig } from '../config/read-config.ts';
import { swarmDir } from '../store/run-paths.ts';
import { type DoctorFinding, finding } from './finding.ts';

/** Checks the project that runs are stored in, and leaves it unchanged. */
export function checkProject(root: string): DoctorFinding[] {
  return [checkWritable(root), checkGit(root), ...checkConfig(root)];
}

function checkWritable(root: string): DoctorFinding {
  const directory = swarmDir(root);
  try {
    writeAndRemove(directory);
    return finding('run_directory_ok', `${directory} is writable`);
  } catch (error) {
    const message = `${directory} is not writable, so no run can be stored: ${(error as Error).message}`;
    const fix = 'Make it writable for your user, or free disk space.';
    return finding('run_directory_not_writable', message, fix);
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
  if (existsSync(join(root, '.git'))) return finding('git_ok', `${root} is a git repository`);
  const message = `${root} is not a git repository, so agents cannot have worktrees of their own`;
  return finding('git_missing', message, 'To give them worktrees, run `git init` there.');
}

function checkConfig(root: string): DoctorFinding[] {
  if (!existsSync(join(root, CONFIG_FILE))) return [];
  try {
    readConfig(root);
    return [finding('config_ok', `${CONFIG_FILE} is valid`)];
  } catch (error) {
    const fix = 'Correct or remove it; until then no run can be started.';
    return (error as Error).message
      .split('\n')
      .map((message) => finding('config_invalid', message, fix));
  }
}
