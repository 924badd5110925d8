import {
  beforeDashes,
  type Call,
  hasFlag,
  hasLongOption,
  hasOption,
  operandsOf,
  UNKNOWN,
  type Verdict,
  valuesOf,
} from '../shell/call.ts';
import { isFarAbove, type Place, resolvePath, whyKeep } from '../shell/place.ts';
import { judgeRunFile } from './swarm.ts';

/** A name that is not known, but not every name either. */
const SOME_NAME = 'x*';

const DEVICE =
  /^\/dev\/(?:[shv]d[a-z]|xvd[a-z]|nvme|r?disk\d|mmcblk|md\d|md\/|dm-|mapper\/|loop\d|fd\d|sr\d|a?da\d|k?mem$|disk\/)/;
const DESTROYS_DEVICE =
  /^(?:mkfs(?:\..+)?|mke2fs|mkswap|wipefs|blkdiscard|[sg]?gdisk|parted|s?fdisk|newfs(?:_.+)?)$/;
/** Of those, what only lists. */
const LISTS_DEVICES = /^(?:-l|--list|-p|--print|-n|--no-act|print|--help|--version|-V|-J|--json)$/;

/** Judges what deletes or overwrites files. */
export function judgeFiles(call: Call, place: Place): Verdict | null {
  const { program, args, cwd } = call;
  if (beforeDashes(args).includes('--help')) return null;
  if (DESTROYS_DEVICE.test(program)) {
    return args.length === 0 || args.some((arg) => LISTS_DEVICES.test(arg)) ? null : DEVICE_VERDICT;
  }
  switch (program) {
    case 'rm':
    case 'srm':
      return judgeRemoval(args, cwd, place);
    case 'rimraf':
    case 'del-cli':
      return judgeDeletion(operandsOf(args), cwd, place);
    case 'find':
      return args.includes('-delete') ? judgeDeletion(findPaths(args), cwd, place) : null;
    case 'shred':
      return { rule: 'shred', reason: 'What is overwritten by `shred` cannot be restored.' };
    case 'truncate':
      return judgeDeletion(truncatedFiles(args), cwd, place, 'empties');
    case 'dd':
      return args.some((arg) => DEVICE.test(arg.replace(/^of=/, '')) && arg.startsWith('of='))
        ? DEVICE_VERDICT
        : null;
    case 'cp':
    case 'mv':
    case 'tar':
    case 'unzip':
      return judgeCopy(call, place);
    case 'chmod':
    case 'chown':
    case 'chgrp':
      return judgePermissions(call, place);
    case 'crontab':
      return judgeCrontab(call);
    case 'tee':
      return args.map(judgeTarget).find(Boolean) ?? null;
    case 'rsync':
      return judgeRsync(call, place);
    case 'diskutil':
      return /^(?:erase|partition|reformat|secureErase|zeroDisk|randomDisk)/.test(args[0] ?? '')
        ? DEVICE_VERDICT
        : null;
    case 'cryptsetup':
      return args.some((arg) => /^(?:luksFormat|erase|luksErase)$/.test(arg))
        ? DEVICE_VERDICT
        : null;
    default:
      return null;
  }
}

const DEVICE_VERDICT: Verdict = {
  rule: 'overwrite-device',
  reason: 'It overwrites a whole device.',
};

/** Judges a file that output goes to, as in `> target` and `tee target`. */
export function judgeTarget(target: string): Verdict | null {
  return DEVICE.test(target) ? DEVICE_VERDICT : judgeRunFile(target);
}

/** Judges a file that output goes to of which there is none, as in `> file`. */
export function judgeEmptied(target: string, cwd: string, place: Place): Verdict | null {
  const path = resolvePath(cwd, target);
  const isFile = !path.includes(UNKNOWN) && !path.startsWith('/dev/');
  return isFile ? judgeDeletion([path], cwd, place, 'empties') : null;
}

function judgeDeletion(
  paths: readonly string[],
  cwd: string,
  place: Place,
  verb = 'deletes',
): Verdict | null {
  for (const path of paths) {
    const why = whyKeep(path, cwd, place);
    if (why) {
      const shown = path.replaceAll(UNKNOWN, '…');
      return { rule: 'delete-outside', reason: `It ${verb} \`${shown}\`, ${why}.` };
    }
  }
  return null;
}

/** With wildcards rm may delete many files even where it deletes no directories. */
function judgeRemoval(args: readonly string[], cwd: string, place: Place): Verdict | null {
  const operands = operandsOf(args);
  if (isRecursive(args)) return judgeDeletion(operands, cwd, place);
  const pattern = cwd.startsWith(UNKNOWN) ? /(?:^|\/)[*.]$/ : /\*/;
  const several = operands.filter((path) => pattern.test(path) && !path.includes(UNKNOWN));
  return judgeDeletion(several, cwd, place);
}

function isRecursive(args: readonly string[]): boolean {
  const options = beforeDashes(args);
  return (
    options.some((arg) => /^-[a-zA-Z]*[rR]/.test(arg)) ||
    options.some((arg) => /^--r/.test(arg) && '--recursive'.startsWith(arg))
  );
}

/** The files that `truncate` is given. */
export function truncatedFiles(args: readonly string[]): string[] {
  return args.filter(
    (arg, index) =>
      !arg.startsWith('-') && !/^(?:-s|--size|-r|--reference)$/.test(args[index - 1] ?? ''),
  );
}

/** Judges what overwrites a device, empties a file, or overwrites what is in the home directory. */
function judgeCopy(call: Call, place: Place): Verdict | null {
  const { args, cwd } = call;
  const operands = operandsOf(args);
  const target = operands.at(-1) ?? '';
  const isCopy = call.program === 'cp' || call.program === 'mv';
  if (isCopy && DEVICE.test(target)) return DEVICE_VERDICT;
  if (isCopy && operands[0] === '/dev/null') return judgeEmptied(target, cwd, place);
  return judgeOverwriting(unpackedTo(call), cwd, place);
}

/** A directory into which much is put of which the names are not known; undefined for none. */
function unpackedTo({ program, args }: Call): string | undefined {
  const operands = operandsOf(args);
  switch (program) {
    case 'tar': {
      const extracts = /^-?[a-zA-Z]*x/.test(args[0] ?? '') || hasFlag(args, 'x');
      const isFile = !hasFlag(args, 'O') && !hasOption(args, '--to-stdout');
      const isKnown = extracts || hasOption(args, '--extract', '--get');
      return isKnown && isFile ? (valuesOf(args, '-C', '--directory').at(-1) ?? '.') : undefined;
    }
    case 'unzip':
      return hasFlag(args, 'l', 't', 'p', 'Z', 'v')
        ? undefined
        : (valuesOf(args, '-d').at(-1) ?? '.');
    case 'cp':
      return hasFlag(args, 'r', 'R', 'a') && operands.slice(0, -1).some((path) => ALL_IN.test(path))
        ? operands.at(-1)
        : undefined;
    case 'rsync':
      return operands.slice(0, -1).some((path) => path.endsWith('/')) ? operands.at(-1) : undefined;
    default:
      return undefined;
  }
}

const ALL_IN = /(?:^|\/)(?:\.|\*)$/;

function judgeOverwriting(target: string | undefined, cwd: string, place: Place): Verdict | null {
  const path = target === undefined ? undefined : resolvePath(cwd, target);
  if (path === undefined || path === place.tree || (path !== place.home && path !== '/'))
    return null;
  return {
    rule: 'overwrite-outside',
    reason: `It overwrites whatever has the same names in \`${path}\`.`,
  };
}

/** A crontab made of the old one, as in `(crontab -l; echo …) | crontab -`, is not all known. */
function judgeCrontab({ args, input, readFile }: Call): Verdict | null {
  const [file = '-'] = args.filter(
    (arg, index) => !/^-./.test(arg) && !/^-u$/.test(args[index - 1] ?? ''),
  );
  const lines = file === '-' ? input : readFile(file);
  const isAnother =
    lines === 'a file' ||
    (typeof lines !== 'string' && !lines.some((line) => line.includes(UNKNOWN)));
  return isAnother && !hasFlag(args, 'l', 'e', 'r')
    ? { rule: 'delete-data', reason: 'It replaces everything in the crontab.' }
    : null;
}

/** Permissions are in no repository; those of a few files can be set again. */
function judgePermissions({ args, cwd }: Call, place: Place): Verdict | null {
  if (!isRecursive(args)) return null;
  const paths = operandsOf(args).map((path) => resolvePath(cwd, path));
  const found = paths.find((path) => isFarAbove(path, place));
  return found === undefined
    ? null
    : {
        rule: 'change-permissions',
        reason: `It changes the permissions of everything in \`${found}\`.`,
      };
}

function judgeRsync(call: Call, place: Place): Verdict | null {
  const { args, cwd } = call;
  const deletes = args.some((arg) => /^--del(?:ete(?:-.+)?)?$/.test(arg));
  if (hasFlag(args, 'n') || hasLongOption(args, '--dry-run')) return null;
  if (!deletes) return judgeOverwriting(unpackedTo(call), cwd, place);
  const target = args.findLast((arg) => !arg.startsWith('-')) ?? '';
  return /^(?:[^/]+:|rsync:\/\/)/.test(target)
    ? { rule: 'delete-outside', reason: 'It deletes files on another machine.' }
    : judgeDeletion([target], cwd, place);
}

/** Tests of find that pick files by more than their kind and depth. */
const NARROWS =
  /^-(?:i?name|i?path|i?wholename|i?regex|empty|newer.*|[acm](?:time|min|newer)|size|user|group|uid|gid|nouser|nogroup|perm|i?lname|samefile|inum|links)$/;
/** Of those by kind, links and the like are few. */
const NARROW_KIND = /^[lpsbc]$/;
const NAMES = /^-i?name$/;
const PATHS = /^-(?:i?path|i?wholename)$/;

/** The paths that find may come to, with wildcards for what its tests leave open. */
export function findPaths(args: readonly string[]): string[] {
  const first = args.findIndex((arg) => !/^-(?:[HLPEXdsx]+|O\d|D)$/.test(arg));
  const operands = first < 0 ? [] : args.slice(first);
  const end = operands.findIndex((arg) => /^[-!(]/.test(arg) && arg !== '-');
  const starts = end < 0 ? operands : operands.slice(0, end);
  const tails = findTails(end < 0 ? [] : operands.slice(end));
  return (starts.length > 0 ? starts : ['.']).flatMap((start) =>
    tails.map((tail) => (tail.startsWith('/') ? tail : `${start}/${tail}`)),
  );
}

function findTails(all: readonly string[]): string[] {
  // What comes before `-prune -o` is left alone.
  const pruned = all.findLastIndex(
    (test, index) => test === '-prune' && /^-or?$/.test(all[index + 1] ?? ''),
  );
  const expression = all.slice(pruned + 1);
  const isNegated = (index: number) => /^(?:!|-not)$/.test(expression[index - 1] ?? '');
  const tests = expression.flatMap((test, index) => {
    const value = expression[index + 1] ?? '';
    const isNarrow = NARROWS.test(test) || (/^-x?type$/.test(test) && NARROW_KIND.test(value));
    return isNarrow && !isNegated(index) ? [{ test, value }] : [];
  });
  const narrow = tests.filter(({ test, value }) => !(NAMES.test(test) && /^\*+$/.test(value)));
  // Without a test, find begins with the directory itself.
  if (narrow.length === 0) return ['.', '*'];
  const names = narrow.filter(({ test }) => NAMES.test(test)).map(({ value }) => `*/${value}`);
  if (names.length > 0) return names;
  const paths = narrow.filter(({ test }) => PATHS.test(test)).map(({ value }) => value);
  return paths.length > 0 ? paths.map((path) => path.replace(/^\.\//, '')) : [`*/${SOME_NAME}`];
}

/** What a list of names may be after a filter has taken some out. */
export function narrowNames(names: readonly string[]): string[] {
  return names
    .filter((name) => !/(?:^|\/)\.$/.test(name))
    .map((name) => name.replace(/(^|\/)\*$/, `$1${SOME_NAME}`));
}
