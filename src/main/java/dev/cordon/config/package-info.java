/**
 * Settings, wiring, start and stop of the application. Reads and checks MicroProfile Config, and produces each
 * package's own record of settings. Only CDI calls this package.
 */
@NullMarked
package dev.cordon.config;

import org.jspecify.annotations.NullMarked;
