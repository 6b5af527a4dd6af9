@NullMarked
package dev.cordon.grid;

import org.jspecify.annotations.NullMarked;
