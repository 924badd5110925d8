import { join } from 'node:path';

/**
 * What workers keep on their machine. It is not in the state directory, whose name agents must not
 * mention in a command.
 */
export interface WorkerPaths {
  directory: string;
  /** Clones, one for each attempt. */
  places: string;
  /** What is kept of repositories. */
  mirrors: string;
  /** Names the workers that run. */
  workers: string;
}

/** @param directory absolute */
export function workerPaths(directory: string): WorkerPaths {
  return {
    directory,
    places: join(directory, 'places'),
    mirrors: join(directory, 'mirrors'),
    workers: join(directory, 'workers'),
  };
}
