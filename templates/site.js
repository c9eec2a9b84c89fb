// What a script adds to pages that work without: copying, arrow keys, own time, a builder that answers at once.
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // Copying.
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value || source.textContent);
    } catch {
      // Where there is no clipboard to write to, the text is at least marked for the reader's own command.
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      if (!document.execCommand('copy')) return;
    }
    const label = (button.dataset.label ??= button.textContent);
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });

  // Arrow keys in the table of a month.
  for (const table of all('table.month')) {
    for (const hint of all('.keys')) hint.hidden = false;
    const rows = () => [...table.tBodies[0].rows].map((row) => all('a', row)).filter((links) => links.length);
    const column = (link) => link.closest('td').cellIndex;
    table.addEventListener('keydown', (event) => {
      const link = event.target.closest('a');
      if (!link || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const weeks = rows();
      const week = weeks.findIndex((links) => links.includes(link));
      const flat = weeks.flat();
      const nearest = (links) => links && links.reduce((best, next) =>
        Math.abs(column(next) - column(link)) < Math.abs(column(best) - column(link)) ? next : best);
      const to = {
        ArrowRight: () => flat[flat.indexOf(link) + 1],
        ArrowLeft: () => flat[flat.indexOf(link) - 1],
        ArrowDown: () => nearest(weeks[week + 1]),
        ArrowUp: () => nearest(weeks[week - 1]),
        Home: () => weeks[week][0],
        End: () => weeks[week].at(-1),
      }[event.key];
      if (!to) return;
      event.preventDefault();
      to()?.focus();
    });
  }

  // Own time.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const timed = (inside) => all('time[datetime*="T"]', inside);
  const differs = (time) => new Date(time.dateTime).getTimezoneOffset() !== -480;
  let own = false;
  const tell = (time) => {
    const text = (time.dataset.text ??= time.textContent);
    const hour = /^\d\d:\d\d$/.test(text);
    const format = new Intl.DateTimeFormat(document.documentElement.lang, hour
      ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
    const [from, to] = [new Date(time.dateTime), new Date(time.dataset.end)];
    const ownText = () => (time.dataset.end && !hour ? format.formatRange(from, to) : format.format(from));
    time.textContent = own ? ownText() : text;
  };
  for (const button of all('[data-own-time]')) {
    button.addEventListener('click', () => {
      own = !own;
      [button.textContent, button.dataset.ownTime] = [button.dataset.ownTime, button.textContent];
      for (const note of all('[data-zone]')) note.hidden = !note.hidden;
      timed().forEach(tell);
    });
  }

  // What has just come: WeChat's own browser hands no calendar on; copying and own time are there with scripts alone.
  const enhance = (inside) => {
    for (const button of all('[data-copy]', inside)) button.hidden = false;
    if (/MicroMessenger/i.test(navigator.userAgent)) for (const note of all('[data-wechat]', inside)) note.hidden = false;
    if (zone && timed(inside).some(differs)) for (const button of all('[data-own-time]')) button.hidden = false;
    if (own) timed(inside).forEach(tell);
  };
  enhance(document);

  // The builder answers as it is filled in: address, buttons, code and count are always those of what is chosen.
  for (const form of all('form[data-live]')) {
    let last = 0;
    form.addEventListener('change', async () => {
      const asked = ++last;
      const chosen = new FormData(form);
      const query = [];
      for (const name of new Set(chosen.keys())) {
        const value = chosen.getAll(name).filter(Boolean).join(',');
        if (value && !(name === 'lang' && value === form.dataset.live)) query.push(`${name}=${value}`);
      }
      const { pathname } = new URL(form.action);
      const path = query.length ? `${pathname}?${query.join('&')}` : pathname;
      try {
        const answer = await fetch(path);
        if (!answer.ok) throw new Error(answer.statusText);
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
        if (asked !== last) return;
        const [result, others] = ['.result', 'a[hreflang]'].map((selector) => document.querySelector(selector));
        result.replaceChildren(...page.querySelector('.result').childNodes);
        others.href = page.querySelector('a[hreflang]').href;
        enhance(result);
        document.getElementById('said').textContent = result.querySelector('strong').textContent;
        history.replaceState(null, '', path);
      } catch {
        if (asked === last) form.submit();
      }
    });
  }

  // Inside of another page: how high it is.
  if (document.body.classList.contains('embedded') && parent !== window) {
    const say = () => parent.postMessage({ yueliHeight: Math.ceil(document.body.getBoundingClientRect().height) + 1 }, '*');
    new ResizeObserver(say).observe(document.body);
  }
})();
