/** What the benchmark makes of its numbers. */
@NullMarked
package io.inmesh.benchmarks.path;

import org.jspecify.annotations.NullMarked;
