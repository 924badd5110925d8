import { statSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Classification,
  PolicyMatch,
  WrittenFile,
} from '../command-policy/classify-command.ts';
import type { DecidedIn, GateAsked } from '../ledger/events.ts';
import { loadActiveRuns } from '../operations/find-agent.ts';
import { expandGlob } from '../platform/expand-glob.ts';
import { pathInRepository } from '../platform/repository-paths.ts';
import { sha256 } from '../platform/sha256.ts';
import { isRunning } from '../run/attempt.ts';
import { scratchName } from '../run/file-claims.ts';
import { decideCommand, type Gate, type GateDecision, gateIdentity } from '../run/gate.ts';
import { dropApproval, hasApproval } from '../store/approvals.ts';
import { commit } from '../store/commit.ts';
import { isVisible, sanitize, sanitizeLine } from '../text/sanitize.ts';
import { checkFileCommands } from './check-write.ts';
import {
  allowToolUse,
  askPerson,
  denyToolUse,
  type HookContext,
  type HookOutput,
} from './hook-context.ts';
import { commandOf, judgeCommand } from './judge-command.ts';
import { showNotifications } from './terminal-notifications.ts';
import type { ToolCall } from './tool-call.ts';
import { describeDamage } from './unassigned-agent.ts';

/** A command with what the policy says about it. */
interface Judged extends Classification {
  command: string;
}

/** An irreversible command. */
interface Held {
  command: string;
  found: PolicyMatch;
  directory: string;
  sha256: string;
}

/** What the policy says about the command of a call; null if the call runs none. */
export function judgeCall(
  { event, run, task, attempt }: ToolCall,
  context: HookContext,
): Judged | null {
  const command = commandOf(event);
  if (command === null) return null;
  const place = {
    cwd: event.cwd,
    task: `${run.paths.run}/${task.plan.id}`,
    scratch: `runs/${run.paths.run}/${scratchName(attempt)}`,
    extra: run.state.opened.policy.gate.commands,
    othersWork: () =>
      loadActiveRuns(context).some(({ state }) =>
        [...state.attempts.values()].some((one) => isRunning(one) && one.id !== attempt.id),
      ),
  };
  return { command, ...judgeCommand(command, place, context) };
}

/** In any language: code on the command line can write files too. */
const NAMES_APPROVALS = /state\/swarm-parallel\b|swarm-parallel\/approvals\b/;

/** Lets a person decide about an irreversible command, and applies the claims of files. */
export function answerCommand(
  { command, match: found, writes }: Judged,
  call: ToolCall,
  context: HookContext,
): HookOutput {
  const { event, run, task, attempt } = call;
  if (NAMES_APPROVALS.test(command))
    return denyToolUse('Only a person may touch the approvals of irreversible commands.');
  if (!found) return checkFileCommands(call, writes.flatMap(filesOf), context);
  if (found.isForbidden)
    return denyToolUse(`${found.reason} No agent may do it, this way or any other.`);
  const damaged = context.damagedRuns?.().find(({ paths }) => paths.dir === run.paths.dir);
  if (damaged)
    return denyToolUse(`This cannot be undone (${found.rule}), and ${describeDamage(damaged)}`);
  const directory = pathInRepository(context.root, event.cwd);
  const held = { command, found, directory, sha256: sha256(gateIdentity(command, directory)) };
  const decision = decideCommand(attempt, task.attempts, {
    call: event.tool_use_id,
    sha256: held.sha256,
    isAttended: context.isAttended,
    isGenuine: (gate) => hasApproval(context, run.paths, gate),
  });
  try {
    return answer(decision, call, held, context);
  } catch (error) {
    // A failing hook lets the call pass, but no command may pass that a person has not seen.
    return denyToolUse(
      `This cannot be undone (${found.rule}), and a person cannot be asked: ${(error as Error).message}`,
    );
  }
}

/** The written files, even if the command names only their directory or a pattern. */
function filesOf({ path, names }: WrittenFile): string[] {
  if (/[*?]/.test(path)) return expandGlob(path);
  return names && isDirectory(path) ? names.map((name) => join(path, name)) : [path];
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // It does not exist, or the path is invalid.
    return false;
  }
}

function answer(
  decision: GateDecision,
  call: ToolCall,
  held: Held,
  context: HookContext,
): HookOutput {
  switch (decision.kind) {
    case 'approved':
      return useApproval(decision.gate, call, context);
    case 'ask':
      return ask(decision.where, call, held, context);
    case 'waiting':
      return denyToolUse(
        `This cannot be undone (${held.found.rule}), and a person has yet to decide about another command of this task. ${STOP}`,
      );
    case 'ended':
      return denyToolUse(
        `This cannot be undone (${held.found.rule}), and your attempt at this task has ended. Stop now.`,
      );
  }
}

/** If two calls use one approval at the same moment, the first in the ledger wins. */
function useApproval(gate: Gate, { event, run, task }: ToolCall, context: HookContext): HookOutput {
  const id = event.tool_use_id;
  const used = { event: 'gate.used', at: context.now(), gate: gate.id, call: id } as const;
  if (gate.usedBy !== id) commit(run, [used], context);
  dropApproval(context, run.paths, gate);
  return run.state.gates.get(gate.id)?.usedBy === id
    ? allowToolUse(`a person approved this command of task ${task.plan.id}, once`)
    : denyToolUse(
        'A person approved this command once, and another call has already used the approval.',
      );
}

const STOP =
  'Do not try another way. Stop here: store what you have done and what is left to do with `swarm result`, and end with a short message that says what you need. Once a person has approved it, the task is launched again.';

/** A person cannot be shown a longer command as a whole, so it is refused; characters. */
const LONGEST_COMMAND = 4_000;

const HIDDEN =
  'a part of it could not be seen by the person who must approve it, because it looks like a credential or has invisible characters. Take credentials from the environment, a file or the login of the program, and try again.';

function ask(where: DecidedIn, call: ToolCall, held: Held, context: HookContext): HookOutput {
  const { event, run, task } = call;
  const { found } = held;
  const command = sanitize(held.command);
  if (command.length > LONGEST_COMMAND) {
    return denyToolUse(
      `This cannot be undone (${found.rule}), and it is too long for a person to judge: make the part that does it, \`${found.command}\`, a command of its own.`,
    );
  }
  // In the session, the client itself shows the command as it is.
  const isWhole = where === 'session' ? isVisible(held.command) : command === held.command;
  if (!isWhole) return denyToolUse(`This cannot be undone (${found.rule}), and ${HIDDEN}`);
  const asked = { ...gateAsked(call, held, context), command, where };
  if (!run.state.gates.has(asked.gate)) commit(run, [asked], context);
  return where === 'session'
    ? {
        ...askPerson(
          `swarm task "${task.plan.id}" (${task.plan.title}): ${asked.rule}. ${asked.reason}`,
        ),
        ...showNotifications([run], event.session_id, context),
      }
    : denyToolUse(
        `This cannot be undone (${asked.rule}: ${asked.reason}), so a person must approve it first. ${STOP}`,
      );
}

function gateAsked(
  { event, attempt }: ToolCall,
  { found, directory, sha256 }: Held,
  { now }: HookContext,
): Omit<GateAsked, 'command' | 'where'> {
  return {
    event: 'gate.asked',
    at: now(),
    gate: event.tool_use_id,
    attempt: attempt.id,
    rule: found.rule,
    reason: sanitizeLine(found.reason, 300),
    sha256,
    directory,
  };
}
