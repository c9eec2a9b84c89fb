// What a script adds to pages that work without: copying, arrow keys, the address as it is chosen, own time.
(() => {
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];

  // Copying.
  const copyable = (inside) => { for (const button of all('[data-copy]', inside)) button.hidden = false; };
  copyable();
  document.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    const source = document.getElementById(button.dataset.copy);
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(source.value || source.textContent);
    } catch {
      // Where there is no clipboard to write to, the text is at least marked for the reader's own command.
      if (source.select) source.select();
      else getSelection().selectAllChildren(source);
      if (!document.execCommand('copy')) return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = label; }, 2000);
  });

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

  // The builder answers as it is filled in: address, buttons, code and count are always those of what is chosen.
  for (const form of all('form[data-live]')) {
    let last = 0;
    form.addEventListener('change', async () => {
      const asked = ++last;
      const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
      const path = `${new URL(form.action).pathname}?${query}`;
      const answer = await fetch(path).catch(() => null);
      if (!answer || !answer.ok) return form.submit();
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (asked !== last) return;
      const result = document.querySelector('.result');
      result.replaceChildren(...page.querySelector('.result').childNodes);
      copyable(result);
      history.replaceState(null, '', path);
    });
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
      for (const note of all('[data-zone]')) note.hidden = !note.hidden;
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
    const tell = () => parent.postMessage({ yueliHeight: Math.ceil(document.body.getBoundingClientRect().height) + 1 }, '*');
    new ResizeObserver(tell).observe(document.body);
  }
})();
