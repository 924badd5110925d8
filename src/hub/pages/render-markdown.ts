import type { Tokens } from 'marked';
import { sanitize } from '../../text/sanitize.ts';

/** Where links in reports may lead. */
const SAFE_LINK = /^(?:https?:\/\/|mailto:|#)/i;

/**
 * Renders Markdown that an agent may have written. HTML in it is shown as text, images become links,
 * and only links to web pages remain links.
 * @returns HTML
 */
export async function renderMarkdown(text: string): Promise<string> {
  const { Marked } = await import('marked');
  const marked = new Marked({ gfm: true, async: false });
  marked.use({
    renderer: {
      html: ({ text: html }: Tokens.HTML | Tokens.Tag) => escapeHtml(html),
      link({ href, tokens }: Tokens.Link) {
        const label = this.parser.parseInline(tokens);
        return SAFE_LINK.test(href) ? linkTo(href, label) : label;
      },
      image({ href, text: alt }: Tokens.Image) {
        const label = escapeHtml(alt || href);
        return SAFE_LINK.test(href) ? linkTo(href, label) : label;
      },
    },
  });
  return marked.parse(sanitize(text)) as string;
}

/** @param label HTML */
function linkTo(href: string, label: string): string {
  const isInner = href.startsWith('#');
  const outer = isInner ? '' : ' target="_blank" rel="noopener noreferrer nofollow"';
  return `<a href="${escapeHtml(href)}"${outer}>${label}</a>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
