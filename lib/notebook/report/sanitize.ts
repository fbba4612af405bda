import sanitizeHtml from 'sanitize-html';

const MATH_TAGS = [
  'math',
  'semantics',
  'annotation',
  'mrow',
  'mi',
  'mo',
  'mn',
  'ms',
  'mtext',
  'mspace',
  'msup',
  'msub',
  'msubsup',
  'mfrac',
  'msqrt',
  'mroot',
  'mover',
  'munder',
  'munderover',
  'mtable',
  'mtr',
  'mtd',
  'mpadded',
  'mphantom',
  'mstyle',
  'menclose',
];

const SAFE_LENGTH = /^-?[\d.]+(px|em|rem|%|fr)?$/;

/**
 * HTML of a cell or of Markdown without anything that runs, loads or leaves the page: no scripts, handlers,
 * frames, forms, style sheets; pictures from data: only (the report is one file), styles that lay out only.
 *
 * @example sanitize('<b onclick="x()">hi</b><script>x()</script>') // <b>hi</b>
 */
export function sanitize(html: string): string {
  return sanitizeHtml(html, {
    allowedTags: [
      ...sanitizeHtml.defaults.allowedTags,
      'img',
      'details',
      'summary',
      'del',
      'ins',
      'kbd',
      'samp',
      ...MATH_TAGS,
    ],
    allowedAttributes: {
      '*': [
        'class',
        'id',
        'title',
        'lang',
        'dir',
        'role',
        'aria-label',
        'aria-hidden',
        'style',
        'data-value',
        'data-label',
      ],
      a: ['href', 'name'],
      img: ['src', 'alt', 'width', 'height'],
      td: ['colspan', 'rowspan', 'headers'],
      th: ['colspan', 'rowspan', 'scope', 'headers'],
      col: ['span'],
      ol: ['start', 'type'],
      details: ['open'],
      math: ['xmlns', 'display'],
      annotation: ['encoding'],
      mo: ['stretchy', 'fence', 'separator', 'lspace', 'rspace', 'minsize', 'maxsize', 'movablelimits'],
      mi: ['mathvariant'],
      mtext: ['mathvariant'],
      mspace: ['width', 'height', 'depth', 'linebreak'],
      mpadded: ['width', 'height', 'depth', 'lspace', 'voffset'],
      mstyle: ['displaystyle', 'scriptlevel', 'mathcolor'],
      mtable: [
        'columnalign',
        'rowspacing',
        'columnspacing',
        'columnlines',
        'rowlines',
        'frame',
        'displaystyle',
      ],
      mover: ['accent'],
      munder: ['accentunder'],
      mfrac: ['linethickness'],
      menclose: ['notation'],
    },
    allowedStyles: {
      '*': {
        'text-align': [/^(left|right|center|start|end)$/],
        'font-weight': [/^(bold|normal|\d{3})$/],
        'white-space': [/^(pre|nowrap|normal|pre-wrap)$/],
        'grid-template-columns': [/^repeat\([\w\s.,%()-]+\)$/],
        width: [SAFE_LENGTH],
        'max-width': [SAFE_LENGTH],
        'min-width': [SAFE_LENGTH],
        color: [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%/]+\)$/i],
        'background-color': [/^#[0-9a-f]{3,8}$/i, /^rgba?\([\d\s.,%/]+\)$/i],
      },
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    // Anchors, links between reports and pictures inside the page stay; the text of these would be shown as text.
    nonTextTags: ['script', 'style', 'textarea', 'option', 'noscript', 'title', 'template'],
  });
}
