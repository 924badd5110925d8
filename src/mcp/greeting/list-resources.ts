import { readdirSync } from 'node:fs';
import { readRegularFile } from '../../platform/regular-file.ts';
import type { StatusDocument } from '../../run/status-schema.ts';
import { runPaths, runsDir } from '../../store/run-paths.ts';
import { outcomeLine } from '../../view/status-labels.ts';
import { MOST_LISTED, summaryResource } from '../summary-resource.ts';

const RUN = /^\d{8}-\d{6}-\d{3}[a-z0-9]{3}$/;

/**
 * The resources of a repository as its `status.json` files tell them, newest first. Reading the
 * ledgers would take each session longer than everything else about the server.
 * @returns null unless each of them can be read: then the ledgers must tell
 */
export function listResources(root: string): object[] | null {
  try {
    return runsOf(root).map((run) => {
      const status: StatusDocument = JSON.parse(readRegularFile(runPaths(root, run).status));
      if (status.run !== run) throw new Error(`not of ${run}`);
      return summaryResource({ run, goal: status.goal, outcome: outcomeLine(status) });
    });
  } catch {
    return null;
  }
}

function runsOf(root: string): string[] {
  try {
    const runs = readdirSync(runsDir(root)).filter((name) => RUN.test(name));
    return runs.sort().reverse().slice(0, MOST_LISTED);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
