/**
 * Vectors: what a mesh must do, written once and played by every engine and by a stock Envoy.
 * {@code README.md} of this module says how one is written.
 */
@NullMarked
package io.inmesh.conformance;

import org.jspecify.annotations.NullMarked;
