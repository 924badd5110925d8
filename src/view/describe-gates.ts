import type { Gate } from '../run/gate.ts';
import { type PendingGate, pendingGates } from '../run/pending-gates.ts';
import type { RunState } from '../run/run-state.ts';
import { escapeMarkdown } from '../text/escape-markdown.ts';
import { sanitize } from '../text/sanitize.ts';
import type { Reader } from './reader.ts';
import { statusHeading, statusLabel } from './status-labels.ts';

// What every medium says of a command that is waiting for a person's approval.

const WAITING = statusLabel('input_required');
const IN_SESSION = 'Answer in the Claude Code session.';

/** The pending gates for a terminal: each whole command, and how to decide. */
export function describePendingGates(state: RunState): string[] {
  return pendingGates(state).flatMap(({ name, task, gate }) => [
    `? task ${task} is ${WAITING} (${gate.rule}). ${gate.reason} Command${inDirectory(gate)}:`,
    ...sanitize(gate.command).replace(/^/gm, '    ').split('\n'),
    gate.where === 'session'
      ? `  ${IN_SESSION}`
      : `  swarm approve ${name}   allow exactly this command, once\n  swarm deny ${name}   fail the task without running it`,
  ]);
}

/** The pending gates as a section of a summary; none when there are none. */
export function renderPendingGates(state: RunState, reader: Reader): string[] {
  const gates = pendingGates(state).map((pending) => renderPendingGate(pending, reader));
  return gates.length > 0 ? [`## ${statusHeading('input_required')}\n\n${gates.join('\n\n')}`] : [];
}

function renderPendingGate({ name, task, gate }: PendingGate, reader: Reader): string {
  const how = gate.where === 'session' ? IN_SESSION : reader.howToDecide(name);
  return `**${task}** (${gate.rule}): ${escapeMarkdown(gate.reason)} Command${escapeMarkdown(inDirectory(gate))}:\n\n${codeBlock(gate.command)}\n\n${how}`;
}

/** The pending gates in one line each, without their commands. */
export function listPendingGates(state: RunState, reader: Reader): string[] {
  return pendingGates(state).map(({ name, task, gate }) => {
    const how = gate.where === 'session' ? 'answer in the session' : reader.howToDecideShort(name);
    return `${task} (${gate.rule}): ${how}`;
  });
}

/** The pending gates for the orchestrator, without a word that an agent wrote; empty when none. */
export function pendingGatesPrompt(state: RunState): string {
  return pendingGates(state)
    .map(({ name, task, gate }) =>
      gate.where === 'session'
        ? ` Task ${task} is ${WAITING} in this session (${gate.rule}).`
        : ` Task ${task} is ${WAITING} (${gate.rule}): tell the user to read the command with \`swarm status\` and to decide in a terminal with \`swarm approve ${name}\` or \`swarm deny ${name}\`. Do not decide for them.`,
    )
    .join('');
}

/** ` in <directory>` of a gate; empty for the root of the repository. */
export function inDirectory({ directory }: Pick<Gate, 'directory'>): string {
  return directory === '' ? '' : ` in ${directory}`;
}

/** A Markdown code block that nothing in the text can close. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
