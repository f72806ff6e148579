/** The agent's own HTTP client: it sends what no library of the app sends. */
@NullMarked
package io.inmesh.upstream;

import org.jspecify.annotations.NullMarked;
