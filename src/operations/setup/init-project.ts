import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_FILE } from '../../config/config-file.ts';
import { readRegularFile } from '../../platform/regular-file.ts';
import { EXAMPLE_PLAN } from '../../view/example-plan.ts';
import type { InitResult } from '../../view/results.ts';

/** The name of the example of a plan. */
const PLAN_FILE = 'plan.md';

/**
 * Writes what a project begins with: a configuration, with the project's own tests as a check where it
 * has some, and an example of a plan. A file that exists is left as it is.
 */
export function initProject(root: string): InitResult {
  const files: [string, string][] = [
    [CONFIG_FILE, `${JSON.stringify(configOf(root), null, 2)}\n`],
    [PLAN_FILE, EXAMPLE_PLAN],
  ];
  mkdirSync(join(root, '.claude'), { recursive: true });
  const result: InitResult = { root, written: [], kept: [] };
  for (const [name, content] of files) {
    (create(join(root, name), content) ? result.written : result.kept).push(name);
  }
  return result;
}

/** @returns false if the file exists */
function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function configOf(root: string): object {
  const test = hasTests(root) ? { checks: { test: 'npm test' } } : {};
  return { maxParallel: 10, ...test };
}

/** Whether `npm test` does something. */
function hasTests(root: string): boolean {
  try {
    const { scripts } = JSON.parse(readRegularFile(join(root, 'package.json')));
    return typeof scripts?.test === 'string' && !scripts.test.includes('no test specified');
  } catch {
    return false;
  }
}
