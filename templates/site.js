// What a script adds to pages that work without: copying, arrow keys, the address as it is chosen, own time.
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // Copying.
  for (const button of all('[data-copy]')) {
    const source = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    button.hidden = false;
    button.addEventListener('click', async () => {
      const text = source.value || source.textContent;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        // Where there is no clipboard to write to, the text is at least marked for the reader's own command.
        if (source.select) source.select();
        else getSelection().selectAllChildren(source);
        if (!document.execCommand('copy')) return;
      }
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = label; }, 2000);
    });
  }

  // WeChat's own browser hands no calendar on.
  if (/MicroMessenger/i.test(navigator.userAgent)) for (const note of all('[data-wechat]')) note.hidden = false;

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

  // The address as it is chosen: what the boxes of a form send, dimension by dimension, in their order.
  for (const form of all('form[data-feeds]')) {
    const shown = document.getElementById('address');
    const update = () => {
      const chosen = new FormData(form);
      const query = [];
      for (const name of new Set([...form.elements].map((field) => field.name))) {
        const values = chosen.getAll(name).filter(Boolean);
        if (values.length && !['lang', 'notice', ''].includes(name)) query.push(`${name}=${values.join(',')}`);
      }
      const address = `${form.dataset.feeds}${chosen.get('lang')}/all.ics`;
      shown.textContent = query.length ? `${address}?${query.join('&')}` : address;
    };
    form.addEventListener('change', update);
  }

  // Own time.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const times = all('time[datetime*="T"]');
  const differs = times.some((time) => new Date(time.dateTime).getTimezoneOffset() !== -480);
  for (const button of all('[data-own-time]')) {
    if (!times.length || !differs || !zone) break;
    const labels = [button.textContent, button.dataset.ownTime];
    const texts = times.map((time) => time.textContent);
    let own = false;
    button.hidden = false;
    button.addEventListener('click', () => {
      own = !own;
      button.textContent = labels[Number(own)];
      times.forEach((time, n) => {
        const hour = /^\d\d:\d\d$/.test(texts[n]);
        const format = new Intl.DateTimeFormat(document.documentElement.lang, hour
          ? { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
          : { year: 'numeric', month: 'short', day: 'numeric', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' });
        const from = new Date(time.dateTime);
        const ownText = () => (time.dataset.end && !hour ? format.formatRange(from, new Date(time.dataset.end)) : format.format(from));
        time.textContent = own ? ownText() : texts[n];
      });
    });
  }

  // Inside of another page: how high it is.
  if (document.body.classList.contains('embedded') && parent !== window) {
    const tell = () => parent.postMessage({ yueliHeight: document.documentElement.scrollHeight }, '*');
    new ResizeObserver(tell).observe(document.body);
  }
})();
