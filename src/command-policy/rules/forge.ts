import { type Call, hasFlag, UNKNOWN, type Verdict, valuesOf } from '../shell/call.ts';
import { LOCAL_HOST } from './command.ts';

const DELETES: Verdict = {
  rule: 'delete-on-server',
  reason: 'What a server deletes on request cannot be brought back.',
};
const DEPLOYS: Verdict = {
  rule: 'deploy',
  reason: 'A deploy changes at once what others use.',
};
const FORCES: Verdict = {
  rule: 'force-push',
  reason: 'It replaces what a branch is on the forge, as a forced push does.',
};
const MERGES: Verdict = {
  rule: 'merge-or-release',
  reason: 'A merge or a release on a forge is public at once and starts what follows from it.',
};

export const HTTP_PROGRAMS: ReadonlySet<string> = new Set(['curl', 'http', 'https', 'wget', 'xh']);

/** Judges requests to a forge and other servers. */
export function judgeRequest({ program, args }: Call): Verdict | null {
  if (program === 'gh' || program === 'glab') {
    if (args[0] === 'api') return judgeApi(args.slice(1));
    const isWorkflow = args[0] === 'workflow' || args[0] === 'ci' || args[0] === 'pipeline';
    return isWorkflow && args[1] === 'run' ? judgeWorkflow(args.slice(2)) : null;
  }
  if (!HTTP_PROGRAMS.has(program)) return null;
  const isLocal = args.some((arg) => LOCAL_HOST.test(arg) || /^:\d*(?:\/|$)/.test(arg));
  if (isLocal) return null;
  const methods = [
    ...valuesOf(args, '-X', '--request', '--method'),
    ...args.flatMap((arg) => /^-[a-zA-Z]+X(.+)$/.exec(arg)?.[1] ?? []),
    ...args.filter((_, index) => /^-[a-zA-Z]+X$/.test(args[index - 1] ?? '')),
    ...(program === 'curl' || program === 'wget' ? [] : args.filter((arg) => METHOD.test(arg))),
  ].map((method) => method.toUpperCase());
  if (methods.includes('DELETE')) return DELETES;
  const sends = args.some((arg) => SENDS.test(arg)) && !hasFlag(args, 'G');
  const changes = methods.length > 0 ? !methods.includes('GET') : sends;
  const paths = changes ? args.map((arg) => arg.replace(/[?#].*$/s, '')) : [];
  if (paths.some((path) => BEGINS_DEPLOYMENT.test(path))) return DEPLOYS;
  return paths.some((path) => MERGE_PATH.test(path)) ? MERGES : null;
}

const METHOD = /^(?:delete|get|head|options|patch|post|put)$/i;
/** Options of curl and wget by which a request changes something, if nothing else is said. */
const SENDS =
  /^(?:-[a-zA-Z]*[dFT]|--data.*|--json.*|--form.*|--upload-file.*|--post-.*|--body-.*)$/;
const BEGINS_DEPLOYMENT = /\/(?:build|deploy)_?hooks?\/|\/deploy\/srv-/;
const MERGE_PATH = /\/(?:merge|merges|releases|dispatches|deployments)$/;

function judgeApi(args: readonly string[]): Verdict | null {
  const [method = ''] = valuesOf(args, '-X', '--method').map((value) => value.toUpperCase());
  const path = args.find((arg) => !arg.startsWith('-') && /[/\uE000]|^graphql$/.test(arg)) ?? '';
  if (path === 'graphql') {
    const isChange = args.some(
      (arg) => /\bmutation\b/.test(arg) && /\b(?:merge|delete|enablePullRequestAuto)/.test(arg),
    );
    return isChange ? MERGES : null;
  }
  if (method === 'DELETE') return DELETES;
  if (method.startsWith(UNKNOWN)) return { ...DELETES, reason: 'What it asks for is not known.' };
  const sends = valuesOf(args, '-f', '-F', '--field', '--raw-field', '--input').length > 0;
  const changes = method ? method !== 'GET' : sends;
  if (/\/git\/refs\//.test(path) && args.includes('force=true')) return FORCES;
  return changes && MERGE_PATH.test(path) ? MERGES : null;
}

/** What says that a workflow is more than a check. */
const DELIVERS = /deploy|releas|publish|\bprod\b|production|migrat|rollback|destroy|delete|\bcd\b/i;

/** A check may be started by anyone; what delivers, or cannot be told, may not. */
function judgeWorkflow(args: readonly string[]): Verdict | null {
  const operands = args.filter((arg) => !arg.startsWith('-'));
  // What stands behind an option is most often its value.
  const name = args.find((arg, at) => !/^-/.test(arg) && !/^-/.test(args[at - 1] ?? ''));
  const isKnown = !(name ?? operands[0] ?? UNKNOWN).startsWith(UNKNOWN);
  return isKnown && !args.some((arg) => DELIVERS.test(arg))
    ? null
    : { rule: 'run-workflow', reason: 'It starts a workflow that deploys, publishes or deletes.' };
}
