import type { Hint, SwarmError } from '../../errors/swarm-error.ts';

/** An error for a client of the MCP server, with the tool that helps, if there is one. */
export function describeError({ message, hint }: SwarmError): string {
  const help = hint && describeHint(hint);
  return help ? `${message}; ${help}` : message;
}

/** A client has only this server's tools: no command line and no tools of Claude Code. */
function describeHint(hint: Hint): string | null {
  switch (hint.code) {
    case 'create_run':
      return 'swarm_start creates one';
    case 'list_runs':
      return 'swarm_list shows the runs';
    case 'show_run':
      return 'swarm_status shows when it is';
    case 'decide_gate':
      return 'swarm_answer asks the person';
    case 'retry_task':
      return `retry that one with swarm_retry: ${hint.task}`;
    case 'resume_run':
      return 'then resume it with swarm_resume';
    case 'raise_budget':
      return 'the person raises it in the session that launches the run';
    case 'watch_or_cancel_run':
      return 'swarm_status with wait watches it, swarm_cancel cancels it';
  }
}
