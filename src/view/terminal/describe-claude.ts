import type { ClaudeSearch } from '../../claude/locate-claude.ts';
import { SUPPORTED_CLIENT } from '../../claude/supported-versions.ts';

const REINSTALL = 'or set SWARM_CLAUDE_BIN to the path of its program.';

/** Which Claude Code was found, or why none can be used and what to do about it. */
export function describeClaude(search: ClaudeSearch): { message: string; fix: string | null } {
  switch (search.outcome) {
    case 'found':
      return { message: `Claude Code ${search.version} (${search.program})`, fix: null };
    case 'too_old':
      return {
        message: `Claude Code ${search.version} (${search.program}) is too old; ${SUPPORTED_CLIENT} or newer is required`,
        fix: 'Run `claude update`.',
      };
    case 'no_version':
      return {
        message: `${search.program} does not print a version: ${search.failure}`,
        fix: `Reinstall Claude Code, ${REINSTALL}`,
      };
    case 'not_found':
      return {
        message: search.chosen
          ? `SWARM_CLAUDE_BIN names ${search.chosen}, which is not a program`
          : 'no claude on PATH',
        fix: `Install Claude Code, ${REINSTALL}`,
      };
  }
}
