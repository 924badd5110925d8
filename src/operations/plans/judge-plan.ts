import { type BashRules, isAllowedUnasked, readBashRules } from '../../claude/bash-permissions.ts';
import { CONFIG_FILE } from '../../config/config-file.ts';
import type { Config } from '../../config/config-schema.ts';
import { readConfig } from '../../config/read-config.ts';
import { checkCommands } from '../../plan/check-commands.ts';
import {
  type JudgeCheck,
  type OpenRun,
  type ParsedPlan,
  parsePlan,
} from '../../plan/parse-plan.ts';
import { findOnPath } from '../../platform/find-on-path.ts';
import { homeDirectory } from '../../platform/home-directory.ts';
import type { Host } from '../../store/host.ts';
import { didYouMean } from '../../text/did-you-mean.ts';

type CommandPolicy = typeof import('../../command-policy/classify-command.ts');

/** A bundle of its own, loaded for the first plan with a check. */
const commandPolicy = (): CommandPolicy => require('../../command-policy/classify-command.ts');

/** The circumstances in which a plan is submitted. */
export interface Submission {
  host: Pick<Host, 'root' | 'caller'>;
  env: Readonly<Record<string, string | undefined>>;
  /** Whether a person was asked about the commands of its checks. */
  mayCheck?: boolean;
}

/**
 * Parses and checks a plan, with what it says about commands that swarm itself will run: a check is
 * executed outside of the permissions of Claude Code, so a model may name only what the session
 * would run unasked, and nobody may name what cannot be undone.
 */
export function judgePlan(source: string, submission: Submission, open?: OpenRun): ParsedPlan {
  return parsePlan(source, checkJudge(submission), open);
}

/** Judges what a check may be, see {@link judgePlan}. */
export function checkJudge({ host, env, mayCheck = false }: Submission): JudgeCheck {
  const config = configOf(host.root);
  const named = config.checks ?? {};
  const isTrusted = mayCheck || host.caller.kind === 'person';
  let rules: BashRules | null = null;
  return (check) => {
    const harmful = findHarmful(checkCommands([check], named), host.root, config);
    if (harmful) return harmful;
    if (Object.hasOwn(named, check)) return null;
    const names = Object.keys(named);
    if (isUnknownName(check, env)) {
      const known = names.length > 0 ? `one of the checks ${names.join(', ')}` : 'a check';
      const expected = `${known} of ${CONFIG_FILE}, or a command${didYouMean(check, names)}`;
      return { code: 'unknown-check', expected };
    }
    if (isTrusted) return null;
    rules ??= readBashRules(host.root, env);
    if (isAllowedUnasked(check, rules)) return null;
    return { code: 'check-not-allowed', expected: whatIsAllowed(host.caller.kind, names) };
  };
}

/** A bad configuration is reported on its own. */
function configOf(root: string): Config {
  try {
    return readConfig(root);
  } catch {
    return {};
  }
}

function whatIsAllowed(caller: Host['caller']['kind'], names: readonly string[]): string {
  const known = names.length > 0 ? ` (${names.join(', ')})` : '';
  const ask =
    caller === 'session' ? '; `swarm plan --allow-checks` asks the person about others' : '';
  return `a check named in ${CONFIG_FILE}${known}, or a command that the settings allow without asking${ask}`;
}

/** A single word that is no program: probably a name that the configuration does not have. */
function isUnknownName(check: string, env: Submission['env']): boolean {
  return /^[\w-]+$/.test(check) && !BUILTINS.has(check) && findOnPath(check, env).length === 0;
}

const BUILTINS: ReadonlySet<string> = new Set(['true', 'false', 'exit']);

function findHarmful(commands: readonly string[], root: string, { gate }: Config) {
  for (const command of commands) {
    const context = { cwd: root, root, home: homeDirectory(), extra: gate?.commands ?? [] };
    const { match } = commandPolicy().classifyCommand(command, context);
    if (match) {
      return {
        code: 'harmful-check',
        expected: `a command that can be undone (${match.rule}: ${match.reason})`,
      };
    }
  }
  return null;
}
