@NullMarked
package dev.cordon.jdbc;

import org.jspecify.annotations.NullMarked;
