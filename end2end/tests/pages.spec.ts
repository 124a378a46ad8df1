// Every page: reads well without JavaScript, hydrates in silence, passes axe in both themes and on a phone.
import { expect, look, open, signIn, test } from '../support/page.ts';

const pages = [
  ['fleet-empty-filter', '/?text=nothing-like-this'],
  ['environments', '/environments'],
  ['environment-new', '/environments/new'],
  ['environment', '/environments/staging'],
  ['environment-edit', '/environments/staging/edit'],
  ['environment-remove', '/environments/staging/remove'],
  ['services', '/services'],
  ['service-new', '/services/new'],
  ['service-edit', '/services/candidates/edit'],
  ['operations', '/operations'],
  ['clusters', '/clusters'],
  ['teams', '/teams'],
] as const;

for (const [name, path] of pages) {
  test(`${path} is quiet, accessible and fits`, async ({ page, portal }) => {
    await signIn(page, portal);
    await open(page, portal.url + path);
    await look(page, name);
  });
}

test('what is not there is a 404 with a way on', async ({ page, portal, quiet }) => {
  quiet.allow.push(/404/);
  await signIn(page, portal);
  for (const path of ['/environments/nowhere', '/environments/staging/services/nothing', '/operations/999999', '/no-such-page']) {
    const answer = await page.goto(portal.url + path);
    expect(answer?.status(), path).toBe(404);
  }
  await look(page, 'not-found');
});

test('without JavaScript the board and a service can be read', async ({ browser, portal }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, portal);
  await expect(page.locator('table')).toContainText('candidates');
  await page.goto(`${portal.url}/environments/staging`);
  await expect(page.locator('main')).toContainText('staging');
  await context.close();
});

test('an environment is made, shown and removed by its name', async ({ page, portal, quiet }) => {
  quiet.allow.push(/422/); // the browser notes the refused request
  await signIn(page, portal);
  await open(page, `${portal.url}/environments/new`);
  await page.locator('[name="name"]').fill('Not Good');
  await page.getByRole('button', { name: /create|make|add/i }).first().click();
  await expect(page.getByText(/is not a valid environment name/).first()).toBeVisible();
  await page.locator('[name="name"]').fill('spring-fair');
  await page.getByRole('button', { name: /create|make|add/i }).first().click();
  await page.waitForURL(/\/environments\/spring-fair$/);
  expect(portal.cluster.kubectl('get', 'namespace', 'spring-fair', '-o', 'jsonpath={.metadata.labels}')).toContain('"slipway.dev/environment":"spring-fair"');
  await open(page, `${portal.url}/environments/spring-fair/remove`);
  await page.locator('[name="confirm_name"]').fill('spring-fair');
  await page.getByRole('button', { name: /remove/i }).last().click();
  await page.waitForURL(/\/environments$/);
  await expect(page.locator('main')).not.toContainText('spring-fair');
});
