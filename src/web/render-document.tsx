import { type ComponentChildren, h, type VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { PageData } from '../view/page/page-data.ts';
import { Document } from './document.tsx';
import { Page } from './page.tsx';
import { pageTitle } from './page-title.ts';

/** A page that the browser keeps up to date, as HTML that is complete without it. */
export function renderPage(data: PageData): string {
  return render(
    <Document
      title={pageTitle(data)}
      version={data.version}
      current={currentOf(data)}
      json={toScriptJson(data)}
    >
      <Page data={data} />
    </Document>,
  );
}

/** A page that does not change. */
export function renderStill(title: string, version: string, content: ComponentChildren): string {
  return render(
    <Document title={`${title} · swarm`} version={version} current={null} json={null}>
      {content}
    </Document>,
  );
}

function currentOf({ kind }: PageData): 'runs' | 'triggers' | null {
  return kind === 'runs' || kind === 'triggers' ? kind : null;
}

function render(document: VNode): string {
  return `<!doctype html>${renderToString(document)}`;
}

/** Nothing in it can end the element that it is in. */
function toScriptJson(data: object): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
