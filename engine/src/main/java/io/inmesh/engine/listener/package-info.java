/** Listeners and the choice of a filter chain, under Envoy's names. */
@NullMarked
package io.inmesh.engine.listener;

import org.jspecify.annotations.NullMarked;
