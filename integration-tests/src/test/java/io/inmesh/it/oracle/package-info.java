/** The engine against a stock Envoy: the same configuration, the same requests, the same choice. */
@NullMarked
package io.inmesh.it.oracle;

import org.jspecify.annotations.NullMarked;
