/** Maximum number of listed runs; `swarm_list` finds older ones, which can be read by URI. */
export const MOST_LISTED = 50;

export const MARKDOWN = 'text/markdown';

export function summaryUri(run: string): string {
  return `swarm://runs/${run}/summary`;
}

/** How the summary of a run is listed. */
export function summaryResource({
  run,
  goal,
  outcome,
}: Record<'run' | 'goal' | 'outcome', string>) {
  return {
    uri: summaryUri(run),
    name: run,
    title: goal,
    description: outcome,
    mimeType: MARKDOWN,
  };
}
