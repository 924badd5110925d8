import { expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/hub/pages/render-markdown.ts';

it.each([
  ['<script>alert(1)</script>', '<script'],
  ['x <img src=x onerror=alert(1)> y', '<img'],
  ['[x](javascript:alert(1))', 'href'],
  ['[x](JaVaScRiPt:alert(1))', 'href'],
  ['[x](data:text/html,<script>1</script>)', 'href'],
  ['[x](/api/v1/runs)', 'href'],
  ['![x](https://example.com/pixel.png)', '<img'],
  ['<https://example.com/"onclick="alert(1)>', '"onclick'],
  ['[x](https://example.com/"><b)', '<b'],
  ['`<b>`', '<b>'],
  ['```html"><b\n<b>\n```', '<b>'],
  ['| <b> |\n|---|\n| <i> |', '<b>'],
  ['[<b>x</b>](https://example.com)', '<b>'],
  ['[ref]: javascript:alert(1)\n[ref]', 'href'],
])('shows %j without %j', async (text, forbidden) => {
  expect(await renderMarkdown(text)).not.toContain(forbidden);
});

it('keeps what reports are written with', async () => {
  const html = await renderMarkdown(
    '# A\n\n- **b** `c`\n\n| d |\n|---|\n| e |\n\n[f](https://g.h/i)',
  );
  for (const part of ['<h1>A</h1>', '<strong>b</strong>', '<code>c</code>', '<td>e</td>'])
    expect(html).toContain(part);
  expect(html).toContain('href="https://g.h/i" target="_blank" rel="noopener noreferrer nofollow"');
});
