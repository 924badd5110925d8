/**
 * The variables that git sets while it runs a hook, and that point git at a repository or an index
 * other than the one of the working directory. `git rev-parse --local-env-vars` lists most of them.
 */
const LOCAL_GIT_VARIABLE =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX|COMMON_DIR|(?:ALTERNATE_)?OBJECT_DIRECTOR(?:Y|IES)|QUARANTINE_PATH|SHALLOW_FILE)$/;

/** Whether an environment variable belongs to the git command that started this process. */
export function isLocalGitVariable(name: string): boolean {
  return LOCAL_GIT_VARIABLE.test(name);
}
