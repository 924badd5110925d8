import { findPaths } from '../programs/find-paths.ts';
import {
  CHANGES_SYSTEM,
  DELETES_ELSEWHERE,
  DELETES_SOURCES,
  DEVICE,
  DEVICE_PROGRAMS,
  type DeviceProgram,
  HALTS,
  IN_HISTORY,
  OVERWRITES_DEVICE,
  REPLACES_CRONTAB,
  SHREDS,
  SYSRQ,
  SYSTEM_FILE,
} from '../rules/file-rules.ts';
import { beforeDashes, hasFlag, hasLongOption, operandsOf } from '../shell/arguments.ts';
import type { Call } from '../shell/call.ts';
import { UNKNOWN } from '../shell/placeholders.ts';
import { resolvePath } from '../shell/resolve-path.ts';
import type { Verdict } from '../shell/rule-set.ts';
import { isAncestorOfTree, isSystemDirectory, reasonToKeep, type WorkTree } from '../work-tree.ts';
import { truncatedFiles } from '../written-files.ts';
import { unpackedTo } from './unpacked-to.ts';

/** Checks a file that output is written to. */
type CheckTarget = (target: string) => Verdict | null;
type FileCheck = (call: Call, workTree: WorkTree, checkTarget: CheckTarget) => Verdict | null;

const CHECKS: ReadonlyMap<string, FileCheck> = new Map<string, FileCheck>([
  ['rm', checkRemoval],
  ['srm', checkRemoval],
  ['rimraf', ({ args, cwd }, tree) => checkDeletion(operandsOf(args), cwd, tree)],
  ['del-cli', ({ args, cwd }, tree) => checkDeletion(operandsOf(args), cwd, tree)],
  [
    'find',
    ({ args, cwd }, tree) =>
      args.includes('-delete') ? checkDeletion(findPaths(args), cwd, tree) : null,
  ],
  ['shred', () => SHREDS],
  ['wipe', () => SHREDS],
  ['scrub', () => SHREDS],
  ['nwipe', () => SHREDS],
  ['truncate', ({ args, cwd }, tree) => checkDeletion(truncatedFiles(args), cwd, tree, 'empties')],
  ['dd', checkDd],
  ['cp', checkCopy],
  ['mv', checkCopy],
  ['tar', checkOverwriting],
  ['unzip', checkOverwriting],
  ['rsync', checkRsync],
  ['chmod', checkPermissions],
  ['chown', checkPermissions],
  ['chgrp', checkPermissions],
  ['crontab', checkCrontab],
  ['tee', ({ args }, _, checkTarget) => args.map(checkTarget).find(Boolean) ?? null],
]);

/** Checks whether a call deletes or overwrites files that must be kept. */
export function checkFiles(
  call: Call,
  workTree: WorkTree,
  checkTarget: CheckTarget,
): Verdict | null {
  const { program, args } = call;
  if (beforeDashes(args).includes('--help')) return null;
  const device = DEVICE_PROGRAMS.find((one) => one.program.test(program));
  if (device) return changesDevice(args, device) ? OVERWRITES_DEVICE : null;
  return checkSources(call, workTree) ?? CHECKS.get(program)?.(call, workTree, checkTarget) ?? null;
}

/** Checks whether a call deletes the files that it puts into an archive or copies. */
function checkSources({ program, args, cwd }: Call, workTree: WorkTree): Verdict | null {
  const deletes = DELETES_SOURCES.get(program);
  if (!deletes || !args.some((arg) => deletes.test(arg))) return null;
  const operands = operandsOf(args);
  const [archive] = operands;
  const sources = program === 'rsync' ? operands.slice(0, -1) : operands.slice(1);
  return archive === '/dev/null'
    ? checkDeletion(['/'], cwd, workTree)
    : checkDeletion(sources, cwd, workTree);
}

function changesDevice(args: readonly string[], rule: DeviceProgram): boolean {
  const { unlessArgument, firstArgument, anyArgument } = rule;
  if (firstArgument) return firstArgument.test(args[0] ?? '');
  if (anyArgument) return args.some((arg) => anyArgument.test(arg));
  return args.length > 0 && !args.some((arg) => unlessArgument?.test(arg));
}

/** Checks whether a file that output is written to is a device or one of the system's. */
export function checkDevice(target: string): Verdict | null {
  if (SYSRQ.test(target)) return HALTS;
  if (SYSTEM_FILE.test(target)) return CHANGES_SYSTEM;
  return DEVICE.test(target) ? OVERWRITES_DEVICE : null;
}

/** Checks a file that is emptied, as by `> file`. */
export function checkEmptied(target: string, cwd: string, workTree: WorkTree): Verdict | null {
  const path = resolvePath(cwd, target);
  const isFile = !path.includes(UNKNOWN) && !path.startsWith('/dev/');
  return isFile ? checkDeletion([path], cwd, workTree, 'empties') : null;
}

export function checkDeletion(
  paths: readonly string[],
  cwd: string,
  workTree: WorkTree,
  verb = 'deletes',
): Verdict | null {
  for (const path of paths) {
    const reason = reasonToKeep(path, cwd, workTree);
    if (reason) {
      const shown = path.replaceAll(UNKNOWN, '…');
      return { rule: 'delete-outside', reason: `It ${verb} \`${shown}\`, ${reason}.` };
    }
  }
  return null;
}

/** Even without an option to delete directories, rm deletes many files by wildcards. */
function checkRemoval({ args, cwd }: Call, workTree: WorkTree): Verdict | null {
  const operands = operandsOf(args);
  if (isRecursive(args)) return checkDeletion(operands, cwd, workTree);
  const inHistory = operands.filter((path) => IN_HISTORY.test(path));
  const pattern = cwd.startsWith(UNKNOWN) ? /(?:^|\/)[*.]$/ : /\*/;
  const several = operands.filter((path) => pattern.test(path) && !path.includes(UNKNOWN));
  return checkDeletion([...inHistory, ...several], cwd, workTree);
}

function isRecursive(args: readonly string[]): boolean {
  const options = beforeDashes(args);
  return (
    options.some((arg) => /^-[a-zA-Z]*[rR]/.test(arg)) ||
    options.some((arg) => /^--r/.test(arg) && '--recursive'.startsWith(arg))
  );
}

function checkDd({ args }: Call): Verdict | null {
  const writesDevice = args.some(
    (arg) => arg.startsWith('of=') && DEVICE.test(arg.replace(/^of=/, '')),
  );
  return writesDevice ? OVERWRITES_DEVICE : null;
}

function checkCopy(call: Call, workTree: WorkTree): Verdict | null {
  const operands = operandsOf(call.args);
  const target = operands.at(-1) ?? '';
  const device = checkDevice(target);
  if (device) return device;
  if (operands[0] === '/dev/null') return checkEmptied(target, call.cwd, workTree);
  if (call.program === 'mv') {
    const moved = operands.slice(0, -1);
    if (target === '/dev/null') return checkDeletion(['/'], call.cwd, workTree);
    const verdict = checkDeletion(moved.filter(isHistory), call.cwd, workTree, 'moves');
    if (verdict) return verdict;
  }
  return checkOverwriting(call, workTree);
}

function isHistory(path: string): boolean {
  return /(?:^|\/)\.git\/?$/.test(path) || IN_HISTORY.test(path);
}

/** Checks whether a call unpacks many files over those in the home directory or in `/`. */
function checkOverwriting(call: Call, { path: tree, home }: WorkTree): Verdict | null {
  const target = unpackedTo(call);
  const path = target === undefined ? undefined : resolvePath(call.cwd, target);
  if (path === undefined || path === tree || (path !== home && path !== '/')) return null;
  return {
    rule: 'overwrite-outside',
    reason: `It overwrites files of the same names in \`${path}\`.`,
  };
}

function checkRsync(call: Call, workTree: WorkTree): Verdict | null {
  const { args, cwd } = call;
  const deletes = args.some((arg) => /^--del(?:ete(?:-.+)?)?$/.test(arg));
  if (hasFlag(args, 'n') || hasLongOption(args, '--dry-run')) return null;
  if (!deletes) return checkOverwriting(call, workTree);
  const target = args.findLast((arg) => !arg.startsWith('-')) ?? '';
  return /^(?:[^/]+:|rsync:\/\/)/.test(target)
    ? DELETES_ELSEWHERE
    : checkDeletion([target], cwd, workTree);
}

/** No repository records permissions in full; those of a few files are easy to set again. */
function checkPermissions({ args, cwd }: Call, workTree: WorkTree): Verdict | null {
  if (!isRecursive(args)) return null;
  const paths = operandsOf(args).map((path) => resolvePath(cwd, path));
  const found = paths.find((path) => isAncestorOfTree(path, workTree) || isSystemDirectory(path));
  return found === undefined
    ? null
    : {
        rule: 'change-permissions',
        reason: `It changes the permissions of everything in \`${found}\`.`,
      };
}

/** A crontab that extends the old one, as in `(crontab -l; echo …) | crontab -`, is partly unknown. */
function checkCrontab({ args, input, readFile }: Call): Verdict | null {
  const [file = '-'] = args.filter(
    (arg, index) => !/^-./.test(arg) && !/^-u$/.test(args[index - 1] ?? ''),
  );
  const lines = file === '-' ? input : readFile(file);
  const isAnother =
    lines === 'a file' ||
    (typeof lines !== 'string' && !lines.some((line) => line.includes(UNKNOWN)));
  return isAnother && !hasFlag(args, 'l', 'e', 'r') ? REPLACES_CRONTAB : null;
}
