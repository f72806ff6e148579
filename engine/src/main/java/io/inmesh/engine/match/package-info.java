/** Matchers of strings, headers, query parameters and paths, under Envoy's names. */
@NullMarked
package io.inmesh.engine.match;

import org.jspecify.annotations.NullMarked;
