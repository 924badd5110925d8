/** The directories for temporary files, and what follows them in a path. */
const TEMPORARY =
  /^(?:\/private)?\/(?:(?:var\/)?tmp|var\/folders\/[^/]+\/[^/]+\/T|dev\/shm)\/(.+)$/;

/**
 * Whether an absolute path is that of a temporary file, or of files in a directory that only its
 * owner names. A pattern for everything in a directory for temporary files is not: `/tmp/*`.
 */
export function isTemporaryPath(path: string): boolean {
  const [first, ...others] = TEMPORARY.exec(path)?.[1]?.split('/') ?? [];
  if (first === undefined) return false;
  // Below `/tmp/*`, only the last name tells whose file it is.
  return !matchesEverything(first) || !/^(?:\*|x\*$|\.?$)/.test(others.at(-1) ?? '');
}

/** Whether a name with wildcards matches nearly every name, as `*`, `.*` and `*.*` do. */
export function matchesEverything(name: string): boolean {
  return name.includes('*') && /^[*.?![\]^]+$/.test(name);
}
