/** {@code ./inmesh bench}: whole programs bare, with the agent, and between Envoy sidecars. */
@NullMarked
package io.inmesh.benchmarks.path;

import org.jspecify.annotations.NullMarked;
