import { h } from 'preact';

const TABS = {
  tasks: ['', 'Tasks'],
  timeline: ['/timeline', 'Timeline'],
  summary: ['/summary', 'Summary'],
  log: ['/log', 'Log'],
} as const;

export type RunTab = keyof typeof TABS;

/** The pages of a run. */
export function RunTabs({ run, current }: { run: string; current: RunTab | null }) {
  return (
    <nav class="tabs" aria-label="Pages of this run">
      {Object.entries(TABS).map(([name, [path, label]]) => (
        <a href={`/runs/${run}${path}`} aria-current={name === current ? 'page' : undefined}>
          {label}
        </a>
      ))}
    </nav>
  );
}
