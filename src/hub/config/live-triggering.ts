import { SwarmError } from '../../errors/swarm-error.ts';
import { loadTriggering, type Triggering } from './named-triggers.ts';

/** The configuration as it was when it was last read without an error. */
export interface LiveTriggering {
  current(): Triggering;
  /** What is wrong with the file; the last good configuration is then kept. */
  problems(): string[];
  reload(): void;
}

const NONE: Triggering = { schedules: new Map(), webhooks: new Map(), targets: [] };

/** @param root of the repository, absolute */
export function openTriggering(root: string): LiveTriggering {
  let current = NONE;
  let problems: string[] = [];
  const reload = () => {
    try {
      current = loadTriggering(root);
      problems = [];
    } catch (error) {
      if (!(error instanceof SwarmError)) throw error;
      problems = error.message.split('\n');
    }
  };
  reload();
  return { current: () => current, problems: () => problems, reload };
}
