import { h } from 'preact';
import type { PageData } from '../view/page/page-data.ts';
import { RunPage } from './run-page.tsx';
import { RunsPage } from './runs-page.tsx';
import { TimelinePage } from './timeline-page.tsx';
import { TriggersPage } from './triggers-page.tsx';

/** A page that stays up to date in the browser. */
export function Page({ data }: { data: PageData }) {
  switch (data.kind) {
    case 'runs':
      return <RunsPage data={data} />;
    case 'run':
      return <RunPage data={data} />;
    case 'timeline':
      return <TimelinePage data={data} />;
    case 'triggers':
      return <TriggersPage data={data} />;
  }
}
