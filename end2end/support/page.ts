// A page that fails its test on any console error, and the few things every test does.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type Page } from '@playwright/test';
import { Portal } from './portal.ts';

export const test = base.extend<{ portal: Portal; quiet: { allow: RegExp[] } }>({
  portal: async ({}, use) => use(Portal.at(process.env.SLIPWAY_E2E_PORTAL!)),
  quiet: [
    async ({ page }, use) => {
      const errors: string[] = [];
      const rule = { allow: [] as RegExp[] };
      page.on('console', (message) => {
        if (message.type() === 'error' || /hydrat|mismatch/i.test(message.text())) errors.push(`${message.text()} (${page.url()})`);
      });
      page.on('pageerror', (error) => errors.push(`${error} (${page.url()})`));
      await use(rule);
      expect(errors.filter((e) => !rule.allow.some((r) => r.test(e)))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

/** Opens a page and waits until the browser's half has taken over. */
export async function open(page: Page, url: string) {
  await page.goto(url);
  await hydrated(page);
}

export async function hydrated(page: Page) {
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === 'true');
}

export async function signIn(page: Page, portal: Portal, user: 'platform' | 'developer' | 'viewer' = 'platform') {
  await page.goto(`${portal.url}/sign-in`);
  await page.locator(`form:has(input[name="user"][value="${user}"]) button`).click();
  await page.waitForURL(`${portal.url}/`);
}

/** No serious or critical finding of axe. */
export async function accessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  expect(grave.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
}

const looks = [
  { name: 'light', colorScheme: 'light', width: 1280 },
  { name: 'dark', colorScheme: 'dark', width: 1280 },
  { name: 'phone', colorScheme: 'light', width: 390 },
] as const;

/** Saves the page in both themes and at phone width, and checks it for access in each. */
export async function look(page: Page, name: string) {
  for (const { name: kind, colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 960 });
    await page.screenshot({ path: `results/${name}-${kind}.png` });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overflow, `${name} scrolls sideways at ${width} px`).toBeLessThanOrEqual(0);
    await accessible(page);
  }
  await page.setViewportSize({ width: 1280, height: 960 });
}
