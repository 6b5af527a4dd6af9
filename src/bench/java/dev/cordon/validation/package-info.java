/**
 * The validation report (docs/validation.md): measures main code's own objects in one process, over wires that count and check what
 * they get, and a real server at the end. Every verdict is computed from what this run measured; a seeded fault must turn one red.
 */
@NullMarked
package dev.cordon.validation;

import org.jspecify.annotations.NullMarked;
