import stringWidth from 'string-width';

const CELL = { width: 8.4, height: 18 };
const PADDING = 12;
const BACKGROUND = '#14161f';
const FOREGROUND = '#d6d9e4';

const NAMED = [
  ...['#20232e', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#abb2bf'],
  ...['#6b7280', '#f07178', '#b5e08f', '#ffd580', '#82c4ff', '#d7a0ee', '#7fdbe6', '#ffffff'],
];

const SGR = /(\p{Cc}\[[\d;]*m)/u;
const WHOLE_SGR = /^\p{Cc}\[([\d;]*)m$/u;

interface Style {
  color: string;
  background: string | null;
  isBold: boolean;
  isDim: boolean;
  isInverse: boolean;
}

const PLAIN: Style = {
  color: FOREGROUND,
  background: null,
  isBold: false,
  isDim: false,
  isInverse: false,
};

/** Draws a screen that tmux captured with its escape sequences as an SVG. */
export function drawScreen(
  screen: string,
  size: { columns: number; rows: number },
  title: string,
): string {
  const width = size.columns * CELL.width + 2 * PADDING;
  const height = size.rows * CELL.height + 2 * PADDING;
  let style = PLAIN;
  const lines = screen.split('\n').map((line, row) => {
    let column = 0;
    return line
      .split(SGR)
      .map((part) => {
        const [, codes] = WHOLE_SGR.exec(part) ?? [];
        if (codes !== undefined) {
          style = restyle(style, codes.split(';').map(Number));
          return '';
        }
        const drawn = drawText(part, style, column, row);
        column += stringWidth(part);
        return drawn;
      })
      .join('');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" role="img">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${lines.filter((line) => line !== '').join('\n')}
</svg>
`;
}

/** Draws a text in exactly the width of its cells, whatever the font. */
function drawText(text: string, style: Style, column: number, row: number): string {
  if (text === '') return '';
  const [fill, behind] = style.isInverse
    ? [style.background ?? BACKGROUND, style.color]
    : [style.color, style.background];
  const x = PADDING + column * CELL.width;
  const y = PADDING + row * CELL.height;
  const width = stringWidth(text) * CELL.width;
  const rect = behind
    ? `<rect x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${CELL.height}" fill="${behind}"/>`
    : '';
  if (text.trim() === '') return rect;
  const weight = style.isBold ? ' font-weight="bold"' : '';
  const opacity = style.isDim ? ' opacity="0.6"' : '';
  return `${rect}<text xml:space="preserve" x="${x.toFixed(1)}" y="${y + 13}" textLength="${width.toFixed(1)}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${weight}${opacity}>${escapeXml(text)}</text>`;
}

function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

function restyle(style: Style, codes: number[]): Style {
  const [code = 0, ...rest] = codes;
  if (codes.length === 0) return style;
  if (code === 38 || code === 48) {
    const [color, left] = readColor(rest);
    return restyle({ ...style, [code === 38 ? 'color' : 'background']: color }, left);
  }
  return restyle(applyCode(style, code), rest);
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 7) return { ...style, isInverse: true };
  if (code === 22) return { ...style, isBold: false, isDim: false };
  if (code === 27) return { ...style, isInverse: false };
  if (code === 39) return { ...style, color: FOREGROUND };
  if (code === 49) return { ...style, background: null };
  if (code >= 30 && code < 38) return { ...style, color: NAMED[code - 30] ?? FOREGROUND };
  if (code >= 90 && code < 98) return { ...style, color: NAMED[code - 82] ?? FOREGROUND };
  if (code >= 40 && code < 48) return { ...style, background: NAMED[code - 40] ?? null };
  return style;
}

/** The color that follows `38` or `48`, and the remaining codes. */
function readColor([kind, ...rest]: number[]): [string, number[]] {
  if (kind === 2) {
    const [red = 0, green = 0, blue = 0, ...left] = rest;
    return [`rgb(${red},${green},${blue})`, left];
  }
  const [index = 0, ...left] = rest;
  if (index < 16) return [NAMED[index] ?? FOREGROUND, left];
  if (index > 231) {
    const gray = (index - 232) * 10 + 8;
    return [`rgb(${gray},${gray},${gray})`, left];
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  const parts = [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map(level);
  return [`rgb(${parts.join(',')})`, left];
}
