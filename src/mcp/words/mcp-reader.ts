import type { Reader } from '../../view/reader.ts';

/** A client of the MCP server, which has this server's tools and nothing else of swarm-parallel. */
export const MCP_READER: Reader = {
  howToDecide: () => 'A person must decide; swarm_answer asks them.',
  howToDecideShort: () => 'swarm_answer asks the person',
  howToRaise: () => 'Start the plan again with a higher budget: completed tasks are reused.',
  howToMerge: () => 'Merge the branches you want, then remove the worktrees.',
};
