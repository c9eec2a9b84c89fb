// An agenda inside of your page: <script src="…/embed.js" data-select="district=haidian" data-lang="zh" defer></script>
(() => {
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const { lang = document.documentElement.lang.startsWith('en') ? 'en' : 'zh', select = '', limit, title, into } = script.dataset;
  const query = [`lang=${lang === 'en' ? 'en' : 'zh'}`, limit && `limit=${encodeURIComponent(limit)}`, select].filter(Boolean).join('&');
  const frame = document.createElement('iframe');
  frame.src = `${origin}/embed/agenda?${query}`;
  frame.title = title || (lang === 'en' ? 'Activities of the programme' : '活动日程');
  frame.loading = 'lazy';
  frame.style.cssText = 'width:100%;height:480px;border:0';
  addEventListener('message', (event) => {
    const height = event.source === frame.contentWindow && event.origin === origin && Number(event.data && event.data.yueliHeight);
    if (height > 0) frame.style.height = `${Math.min(height, 20000)}px`;
  });
  const place = into && document.querySelector(into);
  if (place) place.append(frame);
  else script.after(frame);
})();
