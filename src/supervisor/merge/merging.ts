import type { MergeStep } from '../../ledger/events.ts';
import type { Host } from '../../store/host.ts';
import type { RunHandle } from '../../store/run-handle.ts';
import type { Authorship } from '../../worktrees/commits/authorship.ts';

export interface MergeOptions {
  host: Host;
  env: Readonly<Record<string, string | undefined>>;
  /** Stops the merge; it can be continued. */
  signal: AbortSignal;
  /** The branch that is to get the result. Left out: as before, or the run's own base. */
  into?: string | undefined;
  /** The commands that check each merge. Left out: as before, or those of the run. */
  check?: readonly string[] | undefined;
  onStep?(task: string, step: MergeStep): void;
}

/** A merge in progress. */
export interface Merging {
  run: RunHandle;
  options: MergeOptions;
  base: string;
  check: readonly string[];
  /** The commit that has everything merged so far. */
  tip: string;
  /** Its tree; null if that is not known. */
  tree: string | null;
  author: Authorship;
  /** The worktree, at `tip`; null before it is needed. */
  path: string | null;
  /** Whether it may be at another commit, or a check ran in it, since it was last reset. */
  isUsed: boolean;
  /** Whether the check passed at `tip`; null if that is not known. */
  wasPassing: boolean | null;
}
