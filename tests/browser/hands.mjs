// Two ways of using a form: with a pointer, and by the keyboard alone. Both need no script on the page.

const MOST_TABS = 400;

/** Fills fields and presses buttons with a pointer. */
export class Pointer {
  name = "pointer";

  constructor(page) {
    this.page = page;
  }

  async open(path) {
    await this.page.goto(path);
  }

  async set(selector, value) {
    const field = this.page.locator(selector).first();
    const kind = await field.evaluate((element) => `${element.localName}.${element.type}`);
    if (kind === "select.select-one" || kind.startsWith("select")) await field.selectOption(value);
    else if (kind === "input.radio" || kind === "input.checkbox") await field.setChecked(value !== false);
    else await field.fill(value);
  }

  async press(selector) {
    await Promise.all([this.page.waitForLoadState(), this.page.locator(selector).first().click()]);
    await this.page.waitForLoadState();
  }
}

/** The same with keys: Tab, arrows, Space, Enter and letters. */
export class Keyboard {
  name = "keyboard";

  constructor(page) {
    this.page = page;
  }

  async open(path) {
    await this.page.goto(path);
  }

  /** Goes on by Tab until an element that is meant has the focus; opens what is folded on its way, if it must. */
  async reach(selector) {
    const there = () => this.page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    const folded = () =>
      this.page.evaluate((wanted) => {
        const summary = document.activeElement;
        return summary?.localName === "summary" && !summary.parentElement.open && !!summary.parentElement.querySelector(wanted);
      }, selector);
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      if (await there()) return;
      if (await folded()) await this.page.keyboard.press("Enter");
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`${selector} is not reached by Tab on ${this.page.url()}`);
  }

  /** From the top of the page again, so that the order of calls does not matter. */
  async begin() {
    await this.page.evaluate(() => {
      document.activeElement?.blur();
      getSelection()?.removeAllRanges();
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute("tabindex");
    });
  }

  async set(selector, value) {
    const { keyboard } = this.page;
    const kind = await this.page
      .locator(selector)
      .first()
      .evaluate((element) => `${element.localName}.${element.type}`);
    await this.begin();
    if (kind === "input.radio") {
      const name = await this.page.locator(selector).first().getAttribute("name");
      await this.reach(`input[name="${name}"]`);
      const is = () => this.page.locator(selector).first().isChecked();
      if (!(await is())) await keyboard.press("Space");
      for (let presses = 0; presses < 20 && !(await is()); presses += 1) await keyboard.press("ArrowDown");
      if (!(await is())) throw new Error(`${selector} is not chosen by arrows`);
      return;
    }
    await this.reach(selector);
    if (kind === "input.checkbox") {
      if ((await this.page.locator(selector).first().isChecked()) !== (value !== false)) await keyboard.press("Space");
    } else if (kind.startsWith("select")) {
      const chosen = () => this.page.locator(selector).first().inputValue();
      await keyboard.press("Home");
      for (let presses = 0; presses < 300 && (await chosen()) !== value; presses += 1) await keyboard.press("ArrowDown");
      if ((await chosen()) !== value) throw new Error(`${selector} is not made ${value} by arrows`);
    } else if (kind === "input.date") {
      // As the fields of a date stand in the browser's own language: month, day, year.
      const [year, month, day] = value.split("-");
      await keyboard.type(`${month}${day}${year}`);
      const typed = await this.page.locator(selector).first().inputValue();
      if (typed !== value) throw new Error(`${selector} became ${typed} instead of ${value}`);
    } else {
      await keyboard.press("Control+A");
      await keyboard.type(value);
    }
  }

  async press(selector) {
    await this.begin();
    await this.reach(selector);
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
  }
}
