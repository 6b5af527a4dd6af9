/** Debian's Chromium. */
import { chromium } from 'playwright-core';

export function launched() {
  return chromium.launch({
    executablePath: process.env.CORDON_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
