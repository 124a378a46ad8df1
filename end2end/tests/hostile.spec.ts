// Hostile input and a world that fails: what people type is never markup, and a cluster that is away is said to be.
import { expect, look, open, signIn, test } from '../support/page.ts';

test('values that look like markup stay text, on the server and in the browser', async ({ page, portal }) => {
  const nasty = 'note: "</textarea><script>window.stolen = true</script><b>"\n';
  await signIn(page, portal);
  await open(page, `${portal.url}/services/web/edit`);
  await page.locator('textarea').nth(1).fill(nasty);
  await page.getByRole('button', { name: /save/i }).first().click();
  await page.waitForURL((url) => !url.pathname.endsWith('/edit'));
  const html = await (await page.request.get(`${portal.url}/services/web/edit`)).text();
  expect(html).not.toContain('<script>window.stolen');
  await open(page, `${portal.url}/services/web/edit`);
  await expect(page.locator('textarea').nth(1)).toHaveValue(nasty);
  expect(await page.evaluate(() => (window as any).stolen)).toBeUndefined();
});

test('Ctrl-K jumps to a page, and Escape closes', async ({ page, portal }) => {
  await signIn(page, portal);
  await open(page, `${portal.url}/`);
  await page.keyboard.press('Control+k');
  await expect(page.locator('dialog[open]')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('staging');
  await page.keyboard.press('Enter');
  await page.waitForURL(/staging/);
});

test('a cluster that is away is shown as that, and comes back by itself', async ({ page, portal }) => {
  await signIn(page, portal);
  portal.cluster.stopApi();
  try {
    await open(page, `${portal.url}/clusters`);
    await expect(page.locator('main')).toContainText(/away|does not answer|can't be reached|can’t be reached/i, { timeout: 30_000 });
    await look(page, 'cluster-away');
    await open(page, `${portal.url}/`);
    await look(page, 'fleet-away');
    const answer = await page.request.post(`${portal.url}/api/v1/environments`, {
      data: { name: 'nowhere', kind: 'preview', cluster: portal.cluster.name, namespace: '', team: 'talent' },
    });
    expect(answer.status()).toBe(503);
    expect((await answer.json()).detail).toContain(portal.cluster.name);
  } finally {
    portal.cluster.startApi();
  }
  await expect(async () => {
    await page.goto(`${portal.url}/clusters`);
    await expect(page.locator('main')).toContainText('v1.', { timeout: 1_000 });
    await expect(page.locator('main')).not.toContainText(/away/i, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
});
