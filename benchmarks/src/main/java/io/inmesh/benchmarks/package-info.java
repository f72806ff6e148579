/** Speed of the engine's decisions, by JMH. */
@NullMarked
package io.inmesh.benchmarks;

import org.jspecify.annotations.NullMarked;
