/**
 * The benchmark: {@code ./mvnw -Pbench verify} (docs/benchmarks.md). Starts Cordon and its peers, each in a process of its own, lets one
 * generator drive them in turn, and reports medians, spreads and which targets are met. No part of it is in the WAR.
 */
@NullMarked
package dev.cordon.bench;

import org.jspecify.annotations.NullMarked;
