/**
 * node audit.js CHROMIUM URL EMAIL PASSWORD
 *
 * Audits the door and, signed in, the overview with Lighthouse's desktop preset; prints one JSON object:
 * {page: {category: score of 100}}, and what kept a score below 100.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [executablePath, url, email, password] = process.argv.slice(2);
const categories = ["performance", "accessibility", "best-practices"];

async function scores(page, path) {
  const flags = { onlyCategories: categories, disableStorageReset: true, logLevel: "silent" };
  const { lhr } = await lighthouse(url + path, flags, desktopConfig, page);
  const lost = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
    auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
      .map(({ id }) => `${id}: ${lhr.audits[id].displayValue ?? lhr.audits[id].title}`),
  );
  const named = Object.fromEntries(
    categories.map((each) => [each, Math.round((lhr.categories[each].score ?? 0) * 100)]),
  );
  return { ...named, lost };
}

async function signIn(page) {
  await page.goto(url);
  await page.locator("input[name=email]").fill(email);
  await page.locator("input[name=password]").fill(password);
  await page.locator("button[type=submit]").click();
  await page.locator("nav").wait();
}

const profile = await mkdtemp(join(tmpdir(), "tradebook-lighthouse-"));
const browser = await puppeteer.launch({
  executablePath,
  headless: true,
  userDataDir: profile,
  args: ["--no-sandbox"],
});
try {
  const page = await browser.newPage();
  const door = await scores(page, "/");
  await signIn(page);
  process.stdout.write(`${JSON.stringify({ door, overview: await scores(page, "/") })}\n`);
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
