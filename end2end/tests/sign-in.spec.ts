// Signing in and out, and what anonymous and lesser users meet.
import { expect, look, open, signIn, test } from '../support/page.ts';

test('a page asked for without a session leads to the sign-in page and back', async ({ page, portal }) => {
  await page.goto(`${portal.url}/operations`);
  await expect(page).toHaveURL(/\/sign-in\?next=\/operations/);
  await look(page, 'sign-in');
  await page.locator('form:has(input[name="user"][value="platform"]) button').click();
  await expect(page).toHaveURL(`${portal.url}/operations`);
});

test('signing out ends the session', async ({ page, portal }) => {
  await signIn(page, portal);
  await open(page, `${portal.url}/`);
  await page.locator('form[action="/sign-out"] button').first().click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto(`${portal.url}/`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a viewer may look but not deploy, and is told whom to ask', async ({ page, portal }) => {
  await signIn(page, portal, 'viewer');
  await open(page, `${portal.url}/environments/staging/services/web/deploy`);
  await expect(page.getByText('demo-viewer may not deploy this service.')).toBeVisible();
  const answer = await page.request.post(`${portal.url}/api/v1/operations`, {
    data: { service: 'web', environment: 'staging', version: '5.40.0', values: '' },
  });
  expect(answer.status()).toBe(403);
  expect((await answer.json()).detail).toContain('demo-viewer may not deploy');
});

test('a write from another site is refused', async ({ page, portal }) => {
  await signIn(page, portal);
  const answer = await page.request.post(`${portal.url}/api/v1/operations`, {
    headers: { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' },
    data: { service: 'web', environment: 'staging', version: '5.40.0', values: '' },
  });
  expect(answer.status()).toBe(403);
});
