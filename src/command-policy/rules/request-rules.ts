import type { Verdict } from '../shell/rule-set.ts';

export const DELETES: Verdict = {
  rule: 'delete-on-server',
  reason: 'What a server deletes on request cannot be restored.',
};
export const UNKNOWN_METHOD: Verdict = {
  rule: 'delete-on-server',
  reason: 'The method of the request is not known in advance.',
};
export const DEPLOYS: Verdict = {
  rule: 'deploy',
  reason: 'A deployment immediately changes what others are using.',
};
export const FORCES: Verdict = {
  rule: 'force-push',
  reason: 'It overwrites a branch on the forge, as a forced push would.',
};
export const MERGES: Verdict = {
  rule: 'merge-or-release',
  reason: 'A merge or release on a forge is public immediately and may trigger further automation.',
};
export const RUNS_WORKFLOW: Verdict = {
  rule: 'run-workflow',
  reason: 'It starts a workflow that may deploy, publish or delete something.',
};

/** The command lines of forges. */
export const FORGE_PROGRAMS: ReadonlySet<string> = new Set(['gh', 'glab']);
/** Their subcommands for workflows, followed by `run`. */
export const WORKFLOW_SUBCOMMANDS: ReadonlySet<string> = new Set(['workflow', 'ci', 'pipeline']);

export const HTTP_PROGRAMS: ReadonlySet<string> = new Set(['curl', 'http', 'https', 'wget', 'xh']);
/** The programs among them that take the method as an option, not as a word. */
export const TAKES_METHOD_AS_OPTION: ReadonlySet<string> = new Set(['curl', 'wget']);
export const METHOD = /^(?:delete|get|head|options|patch|post|put)$/i;
/** Options that send data, so that the request changes something unless it is a GET. */
export const SENDS =
  /^(?:-[a-zA-Z]*[dFT]|--data.*|--json.*|--form.*|--upload-file.*|--post-.*|--body-.*)$/;

export const STARTS_DEPLOYMENT = /\/(?:build|deploy)_?hooks?\/|\/deploy\/srv-/;
export const MERGE_PATH = /\/(?:merge|merges|releases|dispatches|deployments)$/;
export const REF_PATH = /\/git\/refs\//;
/** Mutations of a GraphQL API that merge or delete. */
export const MUTATION = /\bmutation\b/;
export const MERGING_MUTATION = /\b(?:merge|delete|enablePullRequestAuto)/;

/** Arguments that show that a workflow is more than a check. */
export const DELIVERS =
  /deploy|releas|publish|\bprod\b|production|migrat|rollback|destroy|delete|\bcd\b/i;
