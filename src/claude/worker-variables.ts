/** Tells a worker's hooks its attempt, and tags every process that the worker starts. */
export const ATTEMPT_VARIABLE = 'SWARM_ATTEMPT';

/**
 * Tells a worker's hooks and commands where the run is: its shell may be in a submodule or another
 * clone.
 */
export const ROOT_VARIABLE = 'SWARM_ROOT';
