import { chromium } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';
const base='http://127.0.0.1:4777';
const b = await chromium.launch({executablePath:'/usr/bin/chromium', args:['--no-sandbox']});
const ctx = await b.newContext({viewport:{width:1280,height:960}});
const page = await ctx.newPage();
page.on('console', m=>{ if(m.type()!=='log') console.log('CONSOLE', m.type(), m.text().slice(0,300), page.url()); });
page.on('pageerror', e=>console.log('PAGEERROR', String(e).slice(0,600), page.url()));
await page.goto(base+'/sign-in');
await page.screenshot({path:'/tmp/ui-look/sign-in.png'});
await page.locator('form:has(input[value=platform]) button').click();
await page.waitForURL(base+'/');
const paths=(process.argv[2]?process.argv[2].split(','):['/','/?text=zzz','/?status=degraded','/environments','/environments/new','/environments/staging','/environments/staging/edit','/environments/staging/remove','/environments/staging/services/jobs','/environments/staging/services/jobs/deploy','/services','/services/new','/services/candidates/edit','/services/candidates/remove','/operations','/operations/3','/clusters','/teams','/teams/new','/teams/talent/edit','/nowhere','/environments/nowhere']);
for (const p of paths) {
  const r=await page.goto(base+p);
  try { await page.waitForFunction(()=>document.documentElement.dataset.hydrated==='true',null,{timeout:8000}); } catch { console.log('NOT HYDRATED',p); }
  await page.waitForTimeout(250);
  const name=p.replace(/[^a-z0-9]+/gi,'_')||'_';
  await page.screenshot({path:`/tmp/ui-look/${name}.png`, fullPage:true});
  for (const [k,w,c] of [['l',1280,'light'],['d',1280,'dark'],['p',390,'light']]) {
    await page.emulateMedia({colorScheme:c}); await page.setViewportSize({width:w,height:960});
    const over=await page.evaluate(()=>document.documentElement.scrollWidth-document.documentElement.clientWidth);
    const {violations}=await new AxeBuilder({page}).analyze();
    const v=violations.map(v=>`${v.impact} ${v.id}: ${v.nodes.slice(0,2).map(n=>n.target.join(' ')).join(' | ')}`);
    if(over>0||v.length) console.log(p,k,'overflow',over,v.join('; '));
    if(k!=='l') await page.screenshot({path:`/tmp/ui-look/${name}-${k}.png`});
  }
  await page.emulateMedia({colorScheme:'light'}); await page.setViewportSize({width:1280,height:960});
  console.log(r.status(), p);
}
await b.close();
