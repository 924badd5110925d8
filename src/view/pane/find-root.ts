import type { Engine } from 'claude-code';

/**
 * The directory of `.swarm`, by the same rule as in the hooks and the command line: the main
 * checkout of the git repository, otherwise the nearest parent directory that has runs.
 */
export async function findRoot($: Engine, cwd: string): Promise<string> {
  const copy = await $.vcs.detect({ path: cwd }).catch(() => null);
  if (copy?.vcs === 'git' && copy.mainRoot) return copy.mainRoot;
  for (let directory = cwd; directory !== ''; directory = parentOf(directory)) {
    if (await $.fs.exists(`${directory}/.swarm/runs`)) return directory;
  }
  return cwd;
}

function parentOf(directory: string): string {
  return directory.slice(0, Math.max(0, directory.lastIndexOf('/')));
}
