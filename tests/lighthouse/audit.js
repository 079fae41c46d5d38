/**
 * node audit.js CHROMIUM URL EMAIL PASSWORD SLOWNESS
 *
 * Audits the door and, signed in, the overview with Lighthouse's desktop preset; prints one JSON object:
 * {page: {category: score of 100}}, and what kept a score below 100. SLOWNESS is how many times longer this machine
 * takes than one that scores are given for: work of the page counts as if it had been done there. An audit that could not be made at all is no
 * score: the page is audited anew, and after ATTEMPTS_MAX times the command ends with what Lighthouse said of it.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const [executablePath, url, email, password, slowness] = process.argv.slice(2);
const categories = ["performance", "accessibility", "best-practices"];
const ATTEMPTS_MAX = 3;
const { throttling } = desktopConfig.settings;
const asIfThere = { ...throttling, cpuSlowdownMultiplier: throttling.cpuSlowdownMultiplier / Number(slowness) };

async function audited(page, path) {
  const flags = { onlyCategories: categories, disableStorageReset: true, logLevel: "silent", throttling: asIfThere };
  for (let attempt = 1; ; attempt += 1) {
    const { lhr } = await lighthouse(url + path, flags, desktopConfig, page);
    if (categories.every((each) => lhr.categories[each].score !== null)) return lhr;
    const failed = Object.values(lhr.audits)
      .filter(({ scoreDisplayMode }) => scoreDisplayMode === "error")
      .map(({ id, errorMessage }) => `${id}: ${errorMessage}`);
    const reasons = [lhr.runtimeError?.message, ...lhr.runWarnings, ...failed].join("\n");
    process.stderr.write(`${path}, attempt ${attempt}, could not be audited:\n${reasons}\n`);
    if (attempt === ATTEMPTS_MAX) throw new Error(`${path} could not be audited`);
  }
}

/** The elements that an audit speaks of. */
const places = ({ details }) => (details?.items ?? []).flatMap(({ node }) => (node ? [node.selector] : []));

async function scores(page, path) {
  const lhr = await audited(page, path);
  const lost = Object.values(lhr.categories).flatMap(({ auditRefs }) =>
    auditRefs
      .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 1)
      .map(({ id }) => [`${id}: ${lhr.audits[id].displayValue ?? lhr.audits[id].title}`, ...places(lhr.audits[id])].join(" ")),
  );
  const named = Object.fromEntries(
    categories.map((each) => [each, Math.round(lhr.categories[each].score * 100)]),
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
