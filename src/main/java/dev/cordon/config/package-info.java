/**
 * Settings: reads and checks MicroProfile Config once, and produces each package's own record of settings. Only CDI calls
 * this package.
 */
@NullMarked
package dev.cordon.config;

import org.jspecify.annotations.NullMarked;
