import { COMMAND_TOOLS } from '../claude/tools.ts';
import type { Classification } from '../command-policy/classify-command.ts';
import { realPath } from '../platform/repository-paths.ts';
import { logError } from '../store/error-log.ts';
import { lateConfig } from '../store/late-config.ts';
import { denyToolUse, type HookContext, type HookOutput } from './hook-context.ts';
import { swarmRules } from './swarm-command-rules.ts';

type CommandPolicy = typeof import('../command-policy/classify-command.ts');

/** A bundle of its own, which the hook process and the server share; loaded for the first command. */
const commandPolicy = (): CommandPolicy => require('../command-policy/classify-command.ts');

/** The shell command of a tool call, whose other fields may be invalid; null for other tools. */
export function commandOf(payload: Readonly<Record<string, unknown>>): string | null {
  if (!COMMAND_TOOLS.includes(String(payload.tool_name))) return null;
  const { command } = (payload.tool_input ?? {}) as { command?: unknown };
  return typeof command === 'string' ? command : null;
}

/** The agent's place, as far as it is known. */
interface CommandPlace {
  cwd: string;
  /** The agent's own task, as `<run>/<task>`. */
  task?: string;
  /** Its own directory for notes and temporary files, relative to `.swarm`. */
  scratch?: string;
  /** The commands that its run holds too. */
  extra: readonly string[];
  /** Whether other agents work in the repository. */
  othersWork?(): boolean;
}

/** What the policy says about an agent's command. It reads no run and writes nothing. */
export function judgeCommand(
  command: string,
  { cwd, task, scratch, extra, othersWork = () => false }: CommandPlace,
  { root: main, home, worker }: HookContext,
): Classification {
  const root = realPath(main);
  const own = scratch === undefined ? undefined : `${root}/.swarm/${scratch}`;
  return commandPolicy().classifyCommand(command, {
    ...{ cwd: realPath(cwd), root, home, extra, othersWork },
    rules: swarmRules(task, scratch),
    ...(own === undefined ? {} : { scratch: { path: own, isInEnvironment: worker !== null } }),
  });
}

/**
 * Denies an irreversible command of an agent for which no gate can be opened.
 * @param why called for such a command only; null if the command may run
 * @returns null for every other call
 */
export function denyIrreversible(
  payload: Readonly<Record<string, unknown>>,
  why: () => string | null,
  context: HookContext,
): HookOutput {
  const command = commandOf(payload);
  const rule = command === null ? null : ruleOf(command, payload.cwd, context);
  const reason = rule === null ? null : why();
  if (reason === null) return null;
  const denial = `This cannot be undone (${rule}), and ${reason}`;
  logError(context.root, `denied a command of an agent: ${denial}`, context.now());
  return denyToolUse(denial);
}

/** The rule by which a command is irreversible; a command that cannot be judged counts as such. */
function ruleOf(command: string, cwd: unknown, context: HookContext): string | null {
  try {
    const place = { cwd: typeof cwd === 'string' ? cwd : context.root, extra: configured(context) };
    return judgeCommand(command, place, context).match?.rule ?? null;
  } catch (error) {
    return `it cannot be judged: ${(error as Error).message}`;
  }
}

function configured({ root }: HookContext): readonly string[] {
  try {
    return lateConfig(root).gate?.commands ?? [];
  } catch {
    // The error was reported when the run was created.
    return [];
  }
}
