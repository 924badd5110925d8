import { join } from 'node:path';
import { readRegularFile } from '../platform/regular-file.ts';
import { managedConfigDir, settingsFiles } from './config-paths.ts';

/** Rules of Claude Code's settings for the tool Bash, without `Bash(` and `)`; `*` is the bare tool. */
export interface BashRules {
  allow: readonly string[];
  /** Those that deny or ask. */
  refuse: readonly string[];
}

/** The rules that the settings files give a session in a project. */
export function readBashRules(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): BashRules {
  const files = [...settingsFiles(root, env), join(managedConfigDir(), 'managed-settings.json')];
  const lists = files.map(readPermissions);
  return {
    allow: lists.flatMap(({ allow }) => rulesOf(allow)),
    refuse: lists.flatMap(({ deny, ask }) => [...rulesOf(deny), ...rulesOf(ask)]),
  };
}

function readPermissions(path: string): Record<string, unknown> {
  try {
    return JSON.parse(readRegularFile(path)).permissions ?? {};
  } catch {
    // Claude Code ignores settings that it cannot read, too.
    return {};
  }
}

function rulesOf(list: unknown): string[] {
  const rules = Array.isArray(list) ? list.filter((rule) => typeof rule === 'string') : [];
  return rules.flatMap((rule) => {
    if (rule === 'Bash') return '*';
    return /^Bash\((.*)\)$/s.exec(rule)?.[1] ?? [];
  });
}

/** What makes several commands of one, or a command whose text is not known. */
const COMPOUND = /[;&|<>$`\n()]/;

/**
 * Whether a session with these rules runs a command without asking. Where the client would look
 * into the parts of a compound command, the answer is no.
 */
export function isAllowedUnasked(command: string, { allow, refuse }: BashRules): boolean {
  if (refuse.some((rule) => covers(rule, command))) return false;
  return allow.some((rule) => rule === '*' || (!COMPOUND.test(command) && covers(rule, command)));
}

/** A rule is a whole command, a prefix that ends in `:*`, or a pattern with `*`. */
function covers(rule: string, command: string): boolean {
  const prefix = /^(.*):\*$/s.exec(rule)?.[1];
  if (prefix !== undefined) return command === prefix || command.startsWith(`${prefix} `);
  const pattern = rule
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${pattern}$`, 's').test(command);
}
