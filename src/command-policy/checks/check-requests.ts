import { LOCAL_HOST } from '../rules/local-host.ts';
import {
  CHANGES_PERMISSIONS,
  CHANGES_SERVICE,
  CHANGING_PATH,
  DELETES,
  DELETING_PATH,
  DELIVERS,
  DEPLOYS,
  FOR_TESTS,
  FORCES,
  FORGE_PROGRAMS,
  HTTP_PROGRAMS,
  MERGE_PATH,
  MERGES,
  MERGING_MUTATION,
  MESSAGE_VARIABLE,
  METHOD,
  MOVES_MONEY,
  MUTATION,
  PAYING_PATH,
  PERMISSIONS_FIELD,
  PERMISSIONS_PATH,
  PRODUCTION_HOST,
  REF_PATH,
  RUNS_WORKFLOW,
  SENDS,
  SENDS_MESSAGE,
  SERVICES,
  STARTS_DEPLOYMENT,
  TAKES_METHOD_AS_OPTION,
  UNKNOWN_METHOD,
  WORKFLOW_SUBCOMMANDS,
} from '../rules/request-rules.ts';
import { hasFlag, valuesOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import type { Verdict } from '../shell/rule-set.ts';

/** Checks requests to a forge or another server. */
export function checkRequests(call: Call): Verdict | null {
  const { program, args } = call;
  if (FORGE_PROGRAMS.has(program)) {
    const [group = '', action] = args;
    if (group === 'api') return checkApi(args.slice(1));
    const isWorkflow = WORKFLOW_SUBCOMMANDS.has(group) && action === 'run';
    return isWorkflow ? checkWorkflow(args.slice(2)) : null;
  }
  return HTTP_PROGRAMS.has(program) ? checkHttp(call) : null;
}

function checkHttp(call: Call): Verdict | null {
  const { args } = call;
  const isLocal = args.some((arg) => LOCAL_HOST.test(arg) || /^:\d*(?:\/|$)/.test(arg));
  if (isLocal) return null;
  const methods = methodsOf(call);
  if (methods.includes('DELETE')) return DELETES;
  const sends = args.some((arg) => SENDS.test(arg)) && !hasFlag(args, 'G');
  const changes = methods.length > 0 ? !methods.includes('GET') : sends;
  return changes ? checkChange(call) : sendsMail(args) ? SENDS_MESSAGE : null;
}

function sendsMail(args: readonly string[]): boolean {
  return args.some((arg) => /^smtps?:\/\/|^--mail-rcpt/.test(arg));
}

/** Checks a request that changes something, by the address that it goes to. */
function checkChange({ args, text }: Call): Verdict | null {
  const paths = args.map((arg) => arg.replace(/[?#].*$/s, ''));
  const goesTo = (path: RegExp) => paths.some((one) => path.test(one));
  if (goesTo(STARTS_DEPLOYMENT)) return DEPLOYS;
  if (goesTo(MERGE_PATH)) return MERGES;
  if (goesTo(DELETING_PATH)) return DELETES;
  if (sendsMail(args) || MESSAGE_VARIABLE.test(text)) return SENDS_MESSAGE;
  if (args.some((arg) => FOR_TESTS.test(arg))) return null;
  const service = SERVICES.find(({ host }) => paths.some((one) => host.test(`${one}/`)));
  if (service) return service.verdict;
  if (goesTo(PAYING_PATH)) return MOVES_MONEY;
  return goesTo(PRODUCTION_HOST) || goesTo(CHANGING_PATH) ? CHANGES_SERVICE : null;
}

/** The methods that a request may have, in capitals. */
function methodsOf({ program, args }: Call): string[] {
  return [
    ...valuesOf(args, '-X', '--request', '--method'),
    ...args.flatMap((arg) => /^-[a-zA-Z]+X(.+)$/.exec(arg)?.[1] ?? []),
    ...args.filter((_, index) => /^-[a-zA-Z]+X$/.test(args[index - 1] ?? '')),
    ...(TAKES_METHOD_AS_OPTION.has(program) ? [] : args.filter((arg) => METHOD.test(arg))),
  ].map((method) => method.toUpperCase());
}

/** Checks `gh api` and `glab api`. */
function checkApi(args: readonly string[]): Verdict | null {
  const path = args.find((arg) => !arg.startsWith('-') && /[/\uE000]|^graphql$/.test(arg)) ?? '';
  if (path === 'graphql') {
    const isMerge = args.some((arg) => MUTATION.test(arg) && MERGING_MUTATION.test(arg));
    return isMerge ? MERGES : null;
  }
  const [method = ''] = valuesOf(args, '-X', '--method').map((value) => value.toUpperCase());
  if (method === 'DELETE') return DELETES;
  if (method.startsWith(UNKNOWN)) return UNKNOWN_METHOD;
  const sends = valuesOf(args, '-f', '-F', '--field', '--raw-field', '--input').length > 0;
  const changes = method ? method !== 'GET' : sends;
  if (REF_PATH.test(path) && args.includes('force=true')) return FORCES;
  if (!changes) return null;
  const isPermission =
    PERMISSIONS_PATH.test(path) || args.some((arg) => PERMISSIONS_FIELD.test(arg));
  if (isPermission) return CHANGES_PERMISSIONS;
  return MERGE_PATH.test(path) ? MERGES : null;
}

/** Anyone may start a check, but not a workflow that delivers something or whose name is unknown. */
function checkWorkflow(args: readonly string[]): Verdict | null {
  const operands = args.filter((arg) => !arg.startsWith('-'));
  // The word after an option is usually its value.
  const name = args.find((arg, at) => !/^-/.test(arg) && !/^-/.test(args[at - 1] ?? ''));
  const isKnown = !(name ?? operands[0] ?? UNKNOWN).startsWith(UNKNOWN);
  return isKnown && !args.some((arg) => DELIVERS.test(arg)) ? null : RUNS_WORKFLOW;
}
