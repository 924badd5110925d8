import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../platform/sha256.ts';
import type { Gate } from '../run/gate.ts';
import type { Host } from './host.ts';
import type { RunPaths } from './run-paths.ts';

/**
 * What a person approved on the command line or in a form, as one file for each approval. The ledger
 * is in the repository, in which agents write, so it alone is not believed; see
 * docs/decisions/0019-approvals-are-kept-outside-of-the-repository.md.
 */
type Approvals = Pick<Host, 'stateDir'>;

/** What of a gate says which command was approved. */
type Approved = Pick<Gate, 'id' | 'sha256'>;

/** Keeps an approval until the command runs. @throws when it cannot be written */
export function keepApproval({ stateDir }: Approvals, paths: RunPaths, gate: Approved): void {
  mkdirSync(approvalsDir(stateDir), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(stateDir, paths, gate), '', { mode: 0o600 });
}

/** Whether an approval was kept, and not used or withdrawn since. */
export function hasApproval({ stateDir }: Approvals, paths: RunPaths, gate: Gate): boolean {
  return existsSync(fileOf(stateDir, paths, gate));
}

/** Forgets an approval, if there is one. @throws when the file cannot be removed */
export function dropApproval({ stateDir }: Approvals, paths: RunPaths, gate: Approved): void {
  rmSync(fileOf(stateDir, paths, gate), { force: true });
}

function approvalsDir(stateDir: string): string {
  return join(stateDir, 'approvals');
}

/** One name for the run, the call that asked, and exactly that command in that directory. */
function fileOf(stateDir: string, { run }: RunPaths, { id, sha256: command }: Approved): string {
  return join(approvalsDir(stateDir), sha256(JSON.stringify([run, id, command])));
}
