/**
 * HTTP requests read from their bytes, in front of the container, when nothing about them is out of the ordinary (ADR 0006, ADR 0010). Uses
 * no other package.
 */
@NullMarked
package dev.cordon.http;

import org.jspecify.annotations.NullMarked;
