/**
 * The policy engine, under Envoy's names. Pure: time and random numbers are arguments, nothing here
 * blocks, logs, reads a clock or holds static state.
 */
@NullMarked
package io.inmesh.engine;

import org.jspecify.annotations.NullMarked;
