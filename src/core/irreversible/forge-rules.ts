import { type Call, UNKNOWN, type Verdict, valuesOf } from './call.ts';
import { LOCAL_HOST } from './command-rules.ts';

const DELETES: Verdict = {
  rule: 'delete-on-server',
  reason: 'What a server deletes on request cannot be brought back.',
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
  const methods = [
    ...valuesOf(args, '-X', '--request', '--method'),
    ...args.flatMap((arg) => /^-[a-zA-Z]+X(.+)$/.exec(arg)?.[1] ?? []),
    ...(program === 'curl' || program === 'wget' ? [] : args.slice(0, 1)),
  ];
  const isLocal = args.some((arg) => LOCAL_HOST.test(arg) || /^:\d*(?:\/|$)/.test(arg));
  return !isLocal && methods.some((method) => method.toUpperCase() === 'DELETE') ? DELETES : null;
}

function judgeApi(args: readonly string[]): Verdict | null {
  const [method = ''] = valuesOf(args, '-X', '--method').map((value) => value.toUpperCase());
  const path = args.find((arg) => !arg.startsWith('-') && /[/\uE000]|^graphql$/.test(arg)) ?? '';
  if (path === 'graphql') {
    const isChange = args.some((arg) => /\bmutation\b/.test(arg) && /\b(?:merge|delete)/.test(arg));
    return isChange ? MERGES : null;
  }
  if (method === 'DELETE') return DELETES;
  if (method.startsWith(UNKNOWN)) return { ...DELETES, reason: 'What it asks for is not known.' };
  const sends = valuesOf(args, '-f', '-F', '--field', '--raw-field', '--input').length > 0;
  const changes = method ? method !== 'GET' : sends;
  return changes && /\/(?:merge|merges|releases|dispatches|deployments)$/.test(path)
    ? MERGES
    : null;
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
