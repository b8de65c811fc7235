/** How the Chromium of the machine is started; no browser is fetched. */
export const launchOptions = {
  executablePath: process.env.COUNTERSIGN_CHROMIUM ?? '/usr/bin/chromium',
  // A container's root may not open the browser's sandbox.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
};
