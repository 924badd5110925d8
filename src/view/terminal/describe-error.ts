import type { Hint, SwarmError } from '../../errors/swarm-error.ts';

/** An error for the reader of a terminal, with the command that helps where there is one. */
export function describeError({ message, hint }: SwarmError): string {
  return hint ? `${message}; ${describeHint(hint)}` : message;
}

function describeHint(hint: Hint): string {
  switch (hint.code) {
    case 'create_run':
      return '`swarm plan FILE` creates one';
    case 'list_runs':
      return '`swarm list` shows the runs';
    case 'show_run':
      return `\`swarm status ${hint.run}\` shows when it is`;
    case 'decide_gate':
      return `decide with \`swarm approve ${hint.task}\` or \`swarm deny ${hint.task}\``;
    case 'retry_task':
      return `retry that one: swarm retry ${hint.task}`;
    case 'resume_run':
      return `then resume it: swarm run ${hint.run}`;
    case 'raise_budget':
      return `raise it: swarm retry ${hint.run} ${hint.option}`;
    case 'watch_or_cancel_run':
      return `\`swarm watch ${hint.run}\` watches it, \`swarm cancel ${hint.run}\` cancels it`;
  }
}
