// What a report's page does: draws figures over their pictures, folds code, sorts and copies tables, light and dark.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const remember = (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // A page opened from disk may not be allowed to; the choice then lasts as long as the page.
    }
  };
  const recall = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);

  // Figures
  const drawn = new Set();
  const look = () => {
    const style = getComputedStyle(root);
    const line = style.getPropertyValue('--line').trim();
    return {
      paper_bgcolor: 'rgba(0,0,0,0)',
      plot_bgcolor: 'rgba(0,0,0,0)',
      'font.color': style.getPropertyValue('--text').trim(),
      line,
    };
  };
  const axesOf = (layout) => Object.keys(layout).filter((key) => /^[xy]axis\d*$/.test(key));
  const themed = (layout, width) => {
    const { line, 'font.color': color, ...colours } = look();
    const result = { ...layout, ...colours, font: { ...layout.font, color }, autosize: true };
    delete result.width;
    for (const key of new Set(['xaxis', 'yaxis', ...axesOf(layout)]))
      result[key] = {
        gridcolor: line,
        zerolinecolor: line,
        linecolor: line,
        automargin: true,
        ...result[key],
      };
    if (width < 520) {
      result.margin = {
        l: 45,
        r: 10,
        t: 60,
        b: 50,
        ...layout.margin,
        ...(layout.margin?.r > 40 ? { r: 20 } : {}),
      };
      result.font.size = 10;
      for (const key of axesOf(result)) {
        const size = result[key].tickfont?.size;
        if (size !== undefined)
          result[key] = { ...result[key], tickfont: { ...result[key].tickfont, size: 10 } };
      }
      if (!layout.legend) result.legend = { orientation: 'h', y: -0.25 };
      if (result.title?.text) result.title = { ...result.title, font: { ...result.title.font, size: 13 } };
    }
    return result;
  };
  const draw = (figure) => {
    const place = figure.querySelector('.plot-live');
    const picture = figure.querySelector('.plot-picture');
    const whole = JSON.parse(figure.querySelector('script').textContent);
    // what has no room on a phone brings another figure for it
    const { data, layout } =
      figure.clientWidth < 520 && whole.layout.meta?.phone ? whole.layout.meta.phone : whole;
    place.hidden = false;
    place.style.height = `${layout.height ?? 450}px`;
    picture.hidden = true;
    drawn.add(figure);
    const config = { responsive: true, displaylogo: false, modeBarButtonsToRemove: ['lasso2d', 'select2d'] };
    window.Plotly.newPlot(place, data, themed(layout, figure.clientWidth), config).then(() => {
      figure.dataset.drawn = 'live';
      if (!place.querySelector('.no-webgl')) return;
      // what needs WebGL keeps its picture where there is none
      window.Plotly.purge(place);
      place.hidden = true;
      picture.hidden = false;
      drawn.delete(figure);
      figure.dataset.drawn = 'picture';
    });
  };
  const figures = [...document.querySelectorAll('figure.plot')];
  if (window.Plotly && figures.length > 0) {
    const seen = new IntersectionObserver(
      (entries) => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          seen.unobserve(target);
          draw(target);
        }
      },
      { rootMargin: '400px' },
    );
    for (const figure of figures) seen.observe(figure);
  }
  // Print the pictures, which fit the paper.
  window.addEventListener('beforeprint', () => {
    for (const figure of drawn) figure.querySelector('.plot-picture').hidden = false;
  });
  window.addEventListener('afterprint', () => {
    for (const figure of drawn) figure.querySelector('.plot-picture').hidden = true;
  });

  // Light and dark
  const themeSwitch = document.getElementById('theme-switch');
  const applyTheme = () => {
    if (themeSwitch) themeSwitch.textContent = isDark() ? 'Light' : 'Dark';
    for (const figure of drawn) draw(figure);
  };
  const saved = recall('dogbreeds-theme');
  if (saved === 'light' || saved === 'dark') root.dataset.theme = saved;
  dark.addEventListener('change', applyTheme);
  if (themeSwitch) {
    themeSwitch.hidden = false;
    themeSwitch.addEventListener('click', () => {
      root.dataset.theme = isDark() ? 'light' : 'dark';
      remember('dogbreeds-theme', root.dataset.theme);
      applyTheme();
    });
  }
  applyTheme();

  // Code
  const codeSwitch = document.getElementById('code-switch');
  const sources = [...document.querySelectorAll('details.source')];
  if (codeSwitch && sources.length > 0) {
    codeSwitch.hidden = false;
    codeSwitch.addEventListener('click', () => {
      const show = codeSwitch.getAttribute('aria-pressed') !== 'true';
      codeSwitch.setAttribute('aria-pressed', String(show));
      codeSwitch.textContent = show ? 'Hide code' : 'Show code';
      for (const source of sources) source.open = show;
    });
  }
  const contents = document.querySelector('.contents details');
  if (contents && window.innerWidth < 1152) contents.open = false;

  // Tables
  const numberIn = (cell) => {
    const number = cell?.dataset.value ?? cell?.textContent.trim().replace(/[,\s%]/g, '');
    return number !== '' && Number.isFinite(Number(number)) ? Number(number) : null;
  };
  const compare = (a, b) => {
    const [x, y] = [numberIn(a), numberIn(b)];
    if (x !== null && y !== null) return x - y;
    if (x !== null || y !== null) return x === null ? 1 : -1;
    return (a?.textContent ?? '').localeCompare(b?.textContent ?? '', 'en');
  };
  const sortTable = (table, column, heading) => {
    const up = heading.getAttribute('aria-sort') !== 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => (up ? 1 : -1) * compare(a.cells[column], b.cells[column]));
    table.tBodies[0].append(...rows);
  };
  const copyTable = async (table, button) => {
    const lines = [...table.rows].map((row) =>
      [...row.cells].map((cell) => cell.textContent.trim()).join('\t'),
    );
    const text = lines.join('\n');
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = Object.assign(document.createElement('textarea'), { value: text });
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy table';
    }, 1500);
  };
  const named = new Map();
  const nameOf = (table) => {
    const headings = [...document.querySelectorAll('main h1, main h2, main h3')];
    const above = headings.filter(
      (heading) => heading.compareDocumentPosition(table) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const name = table.caption?.textContent || `Table: ${above.at(-1)?.textContent ?? document.title}`;
    named.set(name, (named.get(name) ?? 0) + 1);
    return named.get(name) > 1 ? `${name} (${named.get(name)})` : name;
  };
  for (const table of document.querySelectorAll('main table')) {
    const box = Object.assign(document.createElement('div'), { className: 'table-box' });
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', nameOf(table));
    for (const cell of table.querySelectorAll('td'))
      if (/\S{18}/.test(cell.textContent)) cell.classList.add('is-long');
    table.before(box);
    box.append(table);
    if (box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    const tools = Object.assign(document.createElement('div'), { className: 'table-tools' });
    const copy = Object.assign(document.createElement('button'), {
      type: 'button',
      textContent: 'Copy table',
    });
    copy.addEventListener('click', () => copyTable(table, copy));
    tools.append(copy);
    box.before(tools);
    if (!table.tHead || table.tBodies[0]?.rows.length < 2) continue;
    for (const [column, heading] of [...table.tHead.rows[0].cells].entries()) {
      const button = Object.assign(document.createElement('button'), { type: 'button' });
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => sortTable(table, column, heading));
    }
  }
})();
